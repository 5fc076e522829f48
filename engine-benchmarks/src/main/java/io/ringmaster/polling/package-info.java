/**
 * A model of the polling design that Ringmaster replaces, to be measured beside it. It does what that design does, in its
 * own words:
 *
 * <ul>
 *   <li>every executor has a delay queue of events, its event bus;
 *   <li>one thread wakes every 50 ms, goes over all live executors, and gives each to a pool that fires the first event of
 *       its bus, if there is any: one event per executor and tick, and three completion stages for it in any case;
 *   <li>a life is four events, DISPATCHED, STARTED, SUCCEEDED and FINALIZE, hence at least four ticks; an exclusive thread
 *       is free again only after the fourth;
 *   <li>a worker thread goes over all its running executors whenever one is added, and at least every 100 ms; it asks each
 *       for its state once and then every 10 s, so that an asynchronous task's end, a kill's for example, is seen up to
 *       10 s later;
 *   <li>one thread reports to the Master: it goes over the channels of all executors whenever an event is added to one or
 *       acknowledged, and an event stays in its channel until then;
 *   <li>each event is rendered as JSON when it is raised, fired and reported, and the context of each task when it starts,
 *       for a log.
 * </ul>
 *
 * <p>Left out are what the log does with the text, the network (the Master acknowledges at once, on the reporter's thread),
 * and the plugins. So the model is no slower than the design.
 */
package io.ringmaster.polling;
