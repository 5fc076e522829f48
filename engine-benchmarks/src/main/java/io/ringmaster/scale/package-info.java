/** Measures an engine with a million live tasks: what it costs while idle, and whether anybody notices them. */
package io.ringmaster.scale;
