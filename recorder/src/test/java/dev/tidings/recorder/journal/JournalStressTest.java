package dev.tidings.recorder.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.event.identity.EventIds;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Many threads append as fast as they can, into segments so small that they change all the time.
 * Longer: {@code -Dtidings.stress.records=50000000}.
 */
class JournalStressTest {
  private static final int RECORDS = Integer.getInteger("tidings.stress.records", 200_000);
  private static final int THREADS = 4;
  private static final Duration LIMIT = Duration.ofMinutes(30);

  @TempDir private static Path directory;

  static Stream<JournalConfig> configs() {
    JournalConfig small =
        JournalConfig.in(directory).withMaxBytes(16 * 4096).withSegmentBytes(4096);
    return Stream.of(
        small.withWhenFull(new WhenFull.Wait(LIMIT)),
        small.withWhenFull(new WhenFull.DropNewest()),
        small.withWhenFull(new WhenFull.DropOldest()),
        JournalConfig.inMemory()
            .withMaxBytes(16 * 4096)
            .withSegmentBytes(4096)
            .withWhenFull(new WhenFull.Wait(LIMIT)));
  }

  @ParameterizedTest
  @MethodSource("configs")
  void everyRecordTakenIsReadOnceWholeAndInItsThreadsOrder(JournalConfig config) throws Exception {
    try (Journal journal =
        Journal.open(EventIds.of(Clock.systemUTC()).next(), config, "topic", 0)) {
      List<CompletableFuture<Long>> appenders = new ArrayList<>();
      for (int thread = 0; thread < THREADS; thread++) {
        int number = thread;
        appenders.add(CompletableFuture.supplyAsync(() -> append(journal, number)));
      }
      CompletableFuture<Void> end =
          CompletableFuture.allOf(appenders.toArray(CompletableFuture<?>[]::new))
              .whenComplete((done, failed) -> journal.seal());
      long read = readAll(journal);
      end.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
      long taken = 0;
      for (CompletableFuture<Long> appender : appenders) {
        taken += appender.get();
      }
      assertThat(read + journal.droppedOldest()).isEqualTo(taken);
      if (config.whenFull() instanceof WhenFull.Wait) {
        assertThat(taken).isEqualTo((long) THREADS * (RECORDS / THREADS));
      }
    }
  }

  /** Appends records that say who wrote them, which one it is, and what all their bytes are. */
  private static long append(Journal journal, int thread) {
    Random random = new Random(thread);
    long taken = 0;
    for (int i = 0; i < RECORDS / THREADS; i++) {
      byte[] payload = new byte[12 + random.nextInt(200)];
      ByteBuffer.wrap(payload).putInt(thread).putLong(i);
      for (int at = 12; at < payload.length; at++) {
        payload[at] = (byte) (thread + i + at);
      }
      taken += journal.append(payload, payload.length, 0, null) >= 0 ? 1 : 0;
    }
    return taken;
  }

  private static long readAll(Journal journal) throws InterruptedException {
    long[] newest = IntStream.range(0, THREADS).mapToLong(thread -> -1).toArray();
    JournalReader reader = journal.reader();
    long before = -1;
    long count = 0;
    while (!reader.isExhausted()) {
      JournalRecord record = reader.next();
      if (record == null) {
        journal.awaitAppended(Duration.ofSeconds(1));
        continue;
      }
      count++;
      ByteBuffer payload = ByteBuffer.wrap(record.payload());
      int thread = payload.getInt();
      long number = payload.getLong();
      if (record.position() <= before || number <= newest[thread] || !isWhole(record, number)) {
        throw new AssertionError(
            "After position %d and number %d of thread %d came %s with number %d"
                .formatted(before, newest[thread], thread, record, number));
      }
      before = record.position();
      newest[thread] = number;
      reader.acknowledge(record.end());
    }
    return count;
  }

  private static boolean isWhole(JournalRecord record, long number) {
    byte[] payload = record.payload();
    int thread = ByteBuffer.wrap(payload).getInt();
    for (int at = 12; at < payload.length; at++) {
      if (payload[at] != (byte) (thread + number + at)) {
        return false;
      }
    }
    return true;
  }
}
