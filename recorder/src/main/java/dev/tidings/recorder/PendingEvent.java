package dev.tidings.recorder;

import dev.tidings.event.Event;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** An event on its way to Kafka, and those who want to know what becomes of it. */
final class PendingEvent {
  private final Event event;
  private final List<String> cut;
  private final Consumer<RecordResult> counter;
  private final CompletableFuture<RecordResult> result = new CompletableFuture<>();

  /**
   * @param counter is told the result before anybody who holds {@link #result()}
   */
  PendingEvent(Event event, List<String> cut, Consumer<RecordResult> counter) {
    this.event = event;
    this.cut = cut;
    this.counter = counter;
  }

  Event event() {
    return event;
  }

  CompletableFuture<RecordResult> result() {
    return result;
  }

  void acknowledged(String topic, int partition, long offset) {
    complete(new RecordResult.Acknowledged(topic, partition, offset, cut));
  }

  void failed(String reason) {
    complete(new RecordResult.Failed(reason));
  }

  private void complete(RecordResult outcome) {
    counter.accept(outcome);
    result.complete(outcome);
  }
}
