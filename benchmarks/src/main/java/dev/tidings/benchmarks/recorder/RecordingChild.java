package dev.tidings.benchmarks.recorder;

import dev.tidings.event.Severity;
import dev.tidings.infra.stack.DemoEvent;
import dev.tidings.recorder.EventRecorder;
import dev.tidings.recorder.journal.JournalConfig;
import dev.tidings.recorder.journal.WhenFull;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * Records as fast as it can, until it is killed. Arguments: brokers, registry, journal directory,
 * number of the run, threads, calls per thread, file of the {@link CallTally}. Without calls it
 * sends what others left, and ends.
 */
public final class RecordingChild {
  static final String STARTED = "recording";
  static final String SENT = "everything is sent";

  /** So many calls in a row are repeats of one another. */
  static final int RUN_OF_REPEATS = 50;

  private RecordingChild() {}

  /** See the class. */
  public static void main(String[] args) throws IOException, InterruptedException {
    Path directory = Path.of(args[2]);
    String run = args[3];
    int threads = Integer.parseInt(args[4]);
    long calls = Long.parseLong(args[5]);
    EventRecorder recorder = recorder(args[0], args[1], directory);
    if (calls == 0) {
      sendWhatIsLeft(recorder);
      return;
    }
    CallTally tally = CallTally.open(Path.of(args[6]));
    System.out.println(STARTED);
    IntStream.range(0, threads)
        .forEach(
            thread ->
                new Thread(() -> record(recorder, run, thread, calls, tally), "caller-" + thread)
                    .start());
    while (true) {
      TimeUnit.HOURS.sleep(1);
    }
  }

  static EventRecorder recorder(String brokers, String registry, Path directory) {
    return EventRecorder.builder()
        .source("node-1", "killed")
        .catalogue(DemoEvent.class)
        .bootstrapServers(brokers)
        .registry(registry)
        .journal(JournalConfig.in(directory).withWhenFull(new WhenFull.Wait(Duration.ofMinutes(5))))
        .build();
  }

  private static void record(
      EventRecorder recorder, String run, int thread, long calls, CallTally tally) {
    for (long call = 0; call < calls; call++) {
      tally.begun(thread, call + 1);
      recorder
          .event(DemoEvent.ContainerDied)
          .severity(Severity.WARN)
          .object("Container", "prod", "web-" + thread % 3)
          .message("run " + run + " thread " + thread + " part " + call / RUN_OF_REPEATS)
          .record();
      tally.returned(thread, call + 1);
    }
  }

  /** Closing sends what was adopted, too; it takes as long as it takes, within a limit. */
  private static void sendWhatIsLeft(EventRecorder recorder) {
    if (recorder.close(Duration.ofMinutes(5))) {
      System.out.println(SENT);
    }
  }
}
