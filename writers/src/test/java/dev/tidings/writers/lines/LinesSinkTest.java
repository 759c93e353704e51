package dev.tidings.writers.lines;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.event.BatchEntry;
import dev.tidings.event.json.EventJson;
import dev.tidings.writers.TestEvents;
import dev.tidings.writers.delivery.SimulatedWorker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LinesSinkTest {
  private static final long SEED = 20_260_131;

  @TempDir private Path directory;
  private final SimulatedWorker worker = new SimulatedWorker();
  private Path file;

  @BeforeEach
  void name() {
    file = directory.resolve("events.jsonl");
  }

  private void run() {
    Map<String, String> settings = Map.of("file", file.toString(), "confirm.interval.ms", "50");
    worker.run(new LinesSinkTask(), settings, new Random(SEED));
  }

  @Test
  void eachStateIsALineAndADeletedEventIsNone() throws Exception {
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      worker.append(TestEvents.record(TestEvents.withId(i, 1), i));
      expected.add(EventJson.format(TestEvents.withId(i, 1)));
    }
    worker.append(TestEvents.deleted(new UUID(0, 7), 50));

    run();

    assertThat(Files.readAllLines(file)).isEqualTo(expected);
  }

  @Test
  void anEntryOfABatchHasItsOccurrences() throws Exception {
    worker.append(TestEvents.batch(0, 0, List.of(new BatchEntry(TestEvents.withId(1, 9), 4L))));

    run();

    assertThat(Files.readAllLines(file))
        .containsExactly(
            "{\"occurrences\":4,\"event\":%s}"
                .formatted(EventJson.format(TestEvents.withId(1, 9))));
  }

  @Test
  void aTornLineIsEndedAndTheNextOnesGoBehindIt() throws Exception {
    Files.writeString(file, "{\"whole\":1}\n{\"torn\":");
    worker.append(TestEvents.record(TestEvents.withId(1, 1), 0));

    run();

    assertThat(Files.readAllLines(file))
        .containsExactly("{\"whole\":1}", "{\"torn\":", EventJson.format(TestEvents.withId(1, 1)));
  }

  /** More than is left unforced at most. */
  @Test
  void muchIsWrittenWhole() throws Exception {
    String text = "x".repeat(8_000);
    for (int i = 0; i < 1_500; i++) {
      worker.append(TestEvents.record(TestEvents.withMessage(TestEvents.withId(i, 1), text), i));
    }

    run();

    assertThat(Files.readAllLines(file)).hasSize(1_500).allMatch(line -> line.endsWith("\"}"));
  }
}
