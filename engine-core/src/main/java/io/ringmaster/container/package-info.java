/**
 * Where tasks run: the shared container on the fire-workers' own event handlers, the exclusive one on dedicated threads,
 * and the delegator that chooses between them.
 */
package io.ringmaster.container;
