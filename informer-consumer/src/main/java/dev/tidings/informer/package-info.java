/**
 * A live, indexed, local cache of a Kafka topic: handlers, lists and watches, as Kubernetes'
 * informers.
 */
@NullMarked
package dev.tidings.informer;

import org.jspecify.annotations.NullMarked;
