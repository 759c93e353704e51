package dev.tidings.recorder.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.event.identity.EventIds;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/**
 * A journal whose process dies at any byte, or whose files are damaged anywhere. The model is a
 * sorted map of positions and payloads.
 */
class JournalCrashTest {
  private static final int SEGMENT = 4096;
  private static final String DESTINATION = "topic";
  private static final EventIds IDS = EventIds.of(Clock.systemUTC());

  @Property(tries = 150)
  void afterACleanCrashEverythingUnacknowledgedIsThere(@ForAll long seed) throws IOException {
    withCrashedJournal(
        seed,
        (crashed, model, acknowledged) ->
            assertThat(recovered(crashed)).isEqualTo(model.tailMap(acknowledged)));
  }

  @Property(tries = 200)
  void aTailThatWasNeverWrittenIsCutOff(@ForAll long seed) throws IOException {
    withCrashedJournal(
        seed,
        (crashed, model, acknowledged) -> {
          Random random = new Random(seed);
          List<Path> segments = segments(crashed);
          int last = segments.size() - 1;
          int cut = random.nextInt(SEGMENT);
          // As if the page cache had been written up to this byte: zeros from there, or no file.
          overwrite(segments.get(last), cut, new byte[SEGMENT - cut]);
          long cutPosition = baseOf(segments.get(last)) + cut;

          SortedMap<Long, List<Byte>> found = recovered(crashed);

          assertThat(model.tailMap(acknowledged)).containsAllEntriesOf(found);
          assertThat(found)
              .containsAllEntriesOf(wholeBefore(model.tailMap(acknowledged), cutPosition));
        });
  }

  @Property(tries = 300)
  void damageCostsWhatItHitsAndNothingElse(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 300) int length) throws IOException {
    withCrashedJournal(
        seed,
        (crashed, model, acknowledged) -> {
          Random random = new Random(seed);
          List<Path> segments = segments(crashed);
          Path hit = segments.get(random.nextInt(segments.size()));
          int from = Segment.HEADER_BYTES + random.nextInt(SEGMENT - Segment.HEADER_BYTES - length);
          byte[] noise = new byte[length];
          random.nextBytes(noise);
          overwrite(hit, from, noise);
          long start = baseOf(hit) + from;

          SortedMap<Long, List<Byte>> found = recovered(crashed);

          SortedMap<Long, List<Byte>> unhit = new TreeMap<>(model.tailMap(acknowledged));
          unhit
              .entrySet()
              .removeIf(
                  entry -> {
                    long end = entry.getKey() + Frame.HEADER_BYTES + entry.getValue().size();
                    return end > start && entry.getKey() < start + length;
                  });
          assertThat(model.tailMap(acknowledged)).containsAllEntriesOf(found);
          assertThat(found).containsAllEntriesOf(unhit);
        });
  }

  @Property(tries = 60)
  void aSegmentOfNoiseIsSkippedAndKeptAside(@ForAll long seed) throws IOException {
    withCrashedJournal(
        seed,
        (crashed, model, acknowledged) -> {
          Random random = new Random(seed);
          List<Path> segments = segments(crashed);
          Path hit = segments.get(random.nextInt(segments.size()));
          byte[] noise = new byte[SEGMENT];
          random.nextBytes(noise);
          overwrite(hit, 0, noise);
          long base = baseOf(hit);

          SortedMap<Long, List<Byte>> found = recovered(crashed);

          SortedMap<Long, List<Byte>> expected = new TreeMap<>(model.tailMap(acknowledged));
          expected.keySet().removeIf(position -> position >= base && position < base + SEGMENT);
          assertThat(found).isEqualTo(expected);
          if (acknowledged < base + SEGMENT) {
            assertThat(crashed.resolve(SetAside.DIRECTORY)).isNotEmptyDirectory();
          }
        });
  }

  private interface Check {
    void of(Path crashed, SortedMap<Long, List<Byte>> model, long acknowledged) throws IOException;
  }

  /** Appends, reads and acknowledges at random; then copies the files as a crash leaves them. */
  private static void withCrashedJournal(long seed, Check check) throws IOException {
    Path directory = Files.createTempDirectory("journal");
    Path crashed = Files.createTempDirectory("crashed");
    try {
      Journal journal =
          Journal.open(
              IDS.next(), JournalConfig.in(directory).withSegmentBytes(SEGMENT), DESTINATION, 0);
      Random random = new Random(seed);
      SortedMap<Long, List<Byte>> model = new TreeMap<>();
      JournalReader reader = journal.reader();
      long acknowledged = 0;
      int steps = 1 + random.nextInt(200);
      for (int step = 0; step < steps; step++) {
        if (random.nextInt(3) > 0) {
          byte[] payload = new byte[1 + random.nextInt(random.nextInt(20) == 0 ? 3_000 : 120)];
          random.nextBytes(payload);
          if (random.nextBoolean()) {
            // Much that looks like lengths, zeros and frames.
            for (int i = 0; i + 4 <= payload.length; i += 4) {
              ByteBuffer.wrap(payload).putInt(i, Integer.reverseBytes(random.nextInt(64)));
            }
          }
          model.put(journal.append(payload, payload.length, 0, null), list(payload));
        } else {
          JournalRecord record = reader.next();
          if (record != null && random.nextBoolean()) {
            reader.acknowledge(record.end());
            acknowledged = record.end();
          }
        }
      }
      journal.abandon();
      copy(directory, crashed);
      check.of(crashed, model, acknowledged);
    } finally {
      delete(directory);
      delete(crashed);
    }
  }

  private static SortedMap<Long, List<Byte>> recovered(Path crashed) throws IOException {
    SortedMap<Long, List<Byte>> found = new TreeMap<>();
    for (RecoveredJournal journal :
        RecoveredJournal.adopt(crashed, DESTINATION, SetAside.in(crashed))) {
      long before = -1;
      for (JournalRecord record = journal.next(); record != null; record = journal.next()) {
        assertThat(record.position()).isGreaterThan(before);
        before = record.position();
        found.put(record.position(), list(record.payload()));
      }
      assertThat(journal.isExhausted()).isTrue();
      journal.close();
    }
    return found;
  }

  private static SortedMap<Long, List<Byte>> wholeBefore(
      SortedMap<Long, List<Byte>> records, long position) {
    SortedMap<Long, List<Byte>> whole = new TreeMap<>(records);
    whole
        .entrySet()
        .removeIf(e -> e.getKey() + Frame.HEADER_BYTES + e.getValue().size() > position);
    return whole;
  }

  private static List<Path> segments(Path shared) throws IOException {
    try (Stream<Path> files = Files.walk(shared)) {
      // The last of the chain holds records; what is made ahead may not.
      List<Path> all =
          files.filter(file -> file.toString().endsWith(FileSegments.SUFFIX)).sorted().toList();
      List<Path> used = new ArrayList<>();
      for (Path file : all) {
        byte[] content = Files.readAllBytes(file);
        byte[] frames = Arrays.copyOfRange(content, Segment.HEADER_BYTES, content.length);
        if (used.isEmpty() || !Arrays.equals(frames, new byte[frames.length])) {
          used.add(file);
        }
      }
      return used;
    }
  }

  private static long baseOf(Path segment) {
    return Long.parseLong(segment.getFileName().toString().split("\\.")[0], 16);
  }

  private static void overwrite(Path file, int offset, byte[] bytes) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(bytes), offset);
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      files.forEach(
          file -> {
            try {
              Path target = to.resolve(from.relativize(file).toString());
              if (Files.isDirectory(file)) {
                Files.createDirectories(target);
              } else {
                Files.copy(file, target);
              }
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    }
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }

  private static List<Byte> list(byte[] bytes) {
    List<Byte> list = new ArrayList<>(bytes.length);
    for (byte b : bytes) {
      list.add(b);
    }
    return list;
  }
}
