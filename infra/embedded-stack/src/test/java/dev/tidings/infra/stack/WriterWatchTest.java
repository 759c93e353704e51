package dev.tidings.infra.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class WriterWatchTest {
  private static final List<String> WRITERS = List.of("syslog-1", "webhook-2");

  private final Scripted tasks = new Scripted();
  private final List<String> said = new ArrayList<>();
  private long nanos;
  private final WriterWatch watch =
      new WriterWatch(tasks, said::add, () -> nanos, new SplittableRandom(1));

  private static final class Scripted implements WriterWatch.Tasks {
    private boolean works = true;
    private boolean isUp = true;
    private String reason = "it answered 404";
    private int restarts;

    @Override
    public List<WriterWatch.Failed> failed(String writer) {
      return isUp || writer.equals("syslog-1")
          ? List.of()
          : List.of(new WriterWatch.Failed(3, reason));
    }

    @Override
    public void restart(String writer) {
      assertThat(writer).isEqualTo("webhook-2");
      restarts++;
      isUp = works;
    }
  }

  private void lookFor(Duration duration) {
    for (long second = 0; second < duration.toSeconds(); second++) {
      nanos += Duration.ofSeconds(1).toNanos();
      watch.look(WRITERS);
    }
  }

  @Test
  void aFailureIsOneLineAndTheTaskIsRestartedUntilItWorks() {
    lookFor(Duration.ofSeconds(5));
    assertThat(said).isEmpty();

    tasks.works = false;
    tasks.isUp = false;
    lookFor(Duration.ofSeconds(60));
    assertThat(said)
        .singleElement()
        .asString()
        .contains("webhook-2", "task 3", "it answered 404", "tried again");
    assertThat(tasks.restarts).isBetween(4, 8);

    tasks.works = true;
    lookFor(Duration.ofMinutes(2));
    assertThat(said).hasSize(2);
    assertThat(said.get(1)).isEqualTo("writer webhook-2 works again");
  }

  @Test
  void pausesGrowToMinutesAndAreShortAgainAfterItWorked() {
    tasks.works = false;
    tasks.isUp = false;
    lookFor(Duration.ofHours(1));
    assertThat(tasks.restarts).isBetween(15, 45);

    tasks.works = true;
    lookFor(Duration.ofMinutes(6));
    tasks.works = false;
    tasks.isUp = false;
    tasks.restarts = 0;
    lookFor(Duration.ofSeconds(5));
    assertThat(tasks.restarts).isPositive();
  }

  @Test
  void anotherReasonIsAnotherLine() {
    tasks.works = false;
    tasks.isUp = false;
    lookFor(Duration.ofSeconds(10));
    tasks.reason = "it answered 401";
    lookFor(Duration.ofSeconds(60));

    assertThat(said).hasSize(2);
    assertThat(said.get(1)).contains("401");
  }

  @Test
  void theReasonIsThatOfTheLastCause() {
    assertThat(
            TaskTrace.reason(
                """
                org.apache.kafka.connect.errors.ConnectException: Exiting WorkerSinkTask.
                \tat somewhere
                Caused by: org.apache.kafka.connect.errors.ConnectException: webhook: h answered 404
                \tat elsewhere
                """))
        .isEqualTo("webhook: h answered 404");
    assertThat(TaskTrace.reason("java.lang.OutOfMemoryError"))
        .isEqualTo("java.lang.OutOfMemoryError");
    assertThat(TaskTrace.reason("")).isEqualTo("no reason given");
  }
}
