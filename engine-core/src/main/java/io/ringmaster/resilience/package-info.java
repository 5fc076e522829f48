/** What the engine knows and decides beyond a single event: task types with their defaults and what was seen of them. */
package io.ringmaster.resilience;
