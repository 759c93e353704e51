package dev.tidings.benchmarks.e2e;

import dev.tidings.conformance.RandomEvents;
import dev.tidings.event.Event;
import dev.tidings.recorder.EventRecorder;
import dev.tidings.recorder.RecordResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Records random events until it is stopped or killed, and writes the id of each that Kafka
 * acknowledged to a file, which survives its death. Arguments: brokers, registry, seed, file.
 */
public final class RecorderMain {
  static final String STARTED = "recorder started";
  private static final int UNDER_WAY = 500;
  private static final long EVENTS_PER_SECOND = 1_000;

  private RecorderMain() {}

  /** See the class. */
  public static void main(String[] args) throws IOException, InterruptedException {
    EventRecorder recorder = Platform.recorder(args[0], args[1]);
    FileChannel acknowledged =
        FileChannel.open(Path.of(args[3]), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> recorder.close(Duration.ofSeconds(60)), "stop"));
    System.out.println(STARTED);
    RandomEvents events = new RandomEvents(Long.parseLong(args[2]));
    Semaphore room = new Semaphore(UNDER_WAY);
    while (true) {
      room.acquire();
      Event event = events.next();
      recorder
          .submit(event)
          .whenComplete(
              (result, never) -> {
                if (result instanceof RecordResult.Acknowledged) {
                  append(acknowledged, event.getId());
                }
                room.release();
              });
      TimeUnit.NANOSECONDS.sleep(TimeUnit.SECONDS.toNanos(1) / EVENTS_PER_SECOND);
    }
  }

  /** One write of a whole line: appended at once or, when killed before, not at all. */
  private static void append(FileChannel file, UUID id) {
    try {
      file.write(ByteBuffer.wrap((id + "\n").getBytes(StandardCharsets.US_ASCII)));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write what was acknowledged", e);
    }
  }
}
