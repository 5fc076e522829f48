/** The live executors by id, and by group. */
package io.ringmaster.repository;
