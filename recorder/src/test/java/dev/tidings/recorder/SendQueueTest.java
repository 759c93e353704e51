package dev.tidings.recorder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.event.Event;
import dev.tidings.event.Severity;
import dev.tidings.event.Source;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class SendQueueTest {
  private final SendQueue queue = new SendQueue(2);

  @Test
  void keepsOrderAndItsBound() throws InterruptedException {
    PendingEvent first = pending();
    PendingEvent second = pending();

    assertThat(queue.offer(first)).isEqualTo(SendQueue.Admission.TAKEN);
    assertThat(queue.offer(second)).isEqualTo(SendQueue.Admission.TAKEN);
    assertThat(queue.offer(pending())).isEqualTo(SendQueue.Admission.FULL);
    assertThat(queue.take()).isSameAs(first);
    assertThat(queue.take()).isSameAs(second);
  }

  @Test
  void givesOutWhatIsLeftAfterItWasClosedThenEnds() throws InterruptedException {
    PendingEvent first = pending();
    queue.offer(first);
    queue.close();

    assertThat(queue.offer(pending())).isEqualTo(SendQueue.Admission.CLOSED);
    assertThat(queue.take()).isSameAs(first);
    assertThat(queue.take()).isNull();
  }

  @Test
  void isOutstandingUntilCompleted() throws InterruptedException {
    PendingEvent only = pending();
    queue.offer(only);
    assertThat(queue.drain()).containsExactly(only);
    assertThat(queue.awaitOutstanding(Duration.ZERO)).isFalse();

    only.failed("no reason");

    assertThat(queue.awaitOutstanding(Duration.ZERO)).isTrue();
  }

  private static PendingEvent pending() {
    Event event =
        Event.newBuilder()
            .setId(new UUID(1, 2))
            .setType("a.B")
            .setSeverity(Severity.INFO)
            .setSource(new Source("n", "c"))
            .setMessage("")
            .setFirstTimestamp(Instant.EPOCH)
            .setLastTimestamp(Instant.EPOCH)
            .build();
    return new PendingEvent(event, List.of(), result -> {});
  }
}
