/**
 * Task types that come with the engine: {@link io.ringmaster.plugin.ShellTaskPlugin shell}. Each uses only the task SPI,
 * as one written elsewhere would.
 */
package io.ringmaster.plugin;
