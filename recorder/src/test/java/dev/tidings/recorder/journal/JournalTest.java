package dev.tidings.recorder.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.event.identity.EventIds;
import dev.tidings.infra.process.ChildJvm;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
  private static final String DESTINATION = "tidings.recorded";
  private static final int SEGMENT = 4096;
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final EventIds IDS = EventIds.of(Clock.systemUTC());

  @TempDir private Path directory;

  @Test
  void whatIsAppendedIsReadInOrderAndPositionsRise() {
    try (Journal journal = open(config())) {
      List<Long> positions = new ArrayList<>();
      for (int i = 0; i < 500; i++) {
        positions.add(append(journal, "record " + i));
      }
      assertThat(positions).isSorted().doesNotHaveDuplicates().allMatch(p -> p > 0);

      JournalReader reader = journal.reader();
      for (int i = 0; i < 500; i++) {
        JournalRecord record = reader.next();
        assertThat(text(record)).isEqualTo("record " + i);
        assertThat(record.position()).isEqualTo(positions.get(i));
      }
      assertThat(reader.next()).isNull();
    }
  }

  @Test
  void theReaderGoesBackToAnyRecordThatIsNotAcknowledged() {
    try (Journal journal = open(config())) {
      long third = 0;
      for (int i = 0; i < 300; i++) {
        long position = append(journal, "record " + i);
        third = i == 3 ? position : third;
      }
      JournalReader reader = journal.reader();
      readAll(reader);

      reader.rewind(third);

      assertThat(readAll(reader)).hasSize(297).startsWith("record 3", "record 4");
    }
  }

  @Test
  void segmentsAreGivenBackAndUsedAgain() throws Exception {
    try (Journal journal = open(config().withMaxBytes(4 * SEGMENT).withSegmentBytes(SEGMENT))) {
      JournalReader reader = journal.reader();
      for (int i = 0; i < 2_000; i++) {
        appendWhenThereIsRoom(journal, "record " + i);
        JournalRecord record = reader.next();
        assertThat(text(record)).isEqualTo("record " + i);
        reader.acknowledge(record.end());
      }
      try (Stream<Path> files = Files.walk(directory)) {
        assertThat(files.filter(file -> file.toString().endsWith(".segment")).count())
            .isBetween(1L, 4L);
      }
      assertThat(journal.usedBytes()).isZero();
    }
  }

  @Test
  void aFullJournalDropsTheNewest() {
    try (Journal journal = open(config().withMaxBytes(2 * SEGMENT).withSegmentBytes(SEGMENT))) {
      int taken = fill(journal);

      assertThat(append(journal, "one more")).isEqualTo(Journal.FULL);
      assertThat(readAll(journal.reader())).hasSize(taken).startsWith("record 0");
      assertThat(journal.droppedOldest()).isZero();
    }
  }

  @Test
  void aFullJournalDropsTheOldest() {
    JournalConfig config =
        config()
            .withMaxBytes(3 * SEGMENT)
            .withSegmentBytes(SEGMENT)
            .withWhenFull(new WhenFull.DropOldest());
    try (Journal journal = open(config)) {
      for (int i = 0; i < 1_000; i++) {
        assertThat(append(journal, "record " + i)).isPositive();
      }
      List<String> kept = readAll(journal.reader());

      assertThat(kept).endsWith("record 998", "record 999").hasSizeLessThan(600);
      assertThat(journal.droppedOldest() + kept.size()).isEqualTo(1_000);
    }
  }

  @Test
  void asItFillsTheLeastImportantAreDroppedFirst() {
    JournalConfig config =
        JournalConfig.inMemory()
            .withMaxBytes(32 * SEGMENT)
            .withSegmentBytes(SEGMENT)
            .withWhenFull(new WhenFull.DropBySeverity());
    try (Journal journal = open(config)) {
      long[] most = new long[5];
      for (int rank = 0; rank < 5; rank++) {
        while (append(journal, "x".repeat(100), rank) >= 0) {
          most[rank] = journal.usedBytes();
        }
        assertThat(append(journal, "x", Math.max(0, rank - 1))).isEqualTo(Journal.FULL);
      }
      double max = 32 * SEGMENT;
      assertThat(most[0] / max).isBetween(0.49, 0.52);
      assertThat(most[1] / max).isBetween(0.74, 0.77);
      assertThat(most[2] / max).isBetween(0.86, 0.89);
      assertThat(most[3] / max).isBetween(0.92, 0.95);
      assertThat(most[4] / max).isGreaterThan(0.98);
    }
  }

  @Test
  void anAppendWaitsForRoomAndGetsIt() throws Exception {
    JournalConfig config =
        config()
            .withMaxBytes(2 * SEGMENT)
            .withSegmentBytes(SEGMENT)
            .withWhenFull(new WhenFull.Wait(LIMIT));
    try (Journal journal = open(config)) {
      CompletableFuture<Integer> appender =
          CompletableFuture.supplyAsync(
              () -> {
                int taken = 0;
                for (int i = 0; i < 1_000; i++) {
                  taken += append(journal, "record " + i) >= 0 ? 1 : 0;
                }
                return taken;
              });
      JournalReader reader = journal.reader();
      for (int i = 0; i < 1_000; ) {
        JournalRecord record = reader.next();
        if (record == null) {
          journal.awaitAppended(LIMIT);
          continue;
        }
        assertThat(text(record)).isEqualTo("record " + i++);
        reader.acknowledge(record.end());
      }
      assertThat(appender.get(LIMIT.toSeconds(), TimeUnit.SECONDS)).isEqualTo(1_000);
    }
  }

  @Test
  void anAppendThatWaitsIsDroppedWhenItsTimeIsOver() {
    JournalConfig config =
        config()
            .withMaxBytes(2 * SEGMENT)
            .withSegmentBytes(SEGMENT)
            .withWhenFull(new WhenFull.Wait(Duration.ofMillis(1)));
    try (Journal journal = open(config)) {
      fill(journal);
      assertThat(append(journal, "one more")).isEqualTo(Journal.FULL);
    }
  }

  @Test
  void theReadersOwnThreadNeverWaitsForTheRoomThatItMakes() {
    JournalConfig config =
        config()
            .withMaxBytes(2 * SEGMENT)
            .withSegmentBytes(SEGMENT)
            .withWhenFull(new WhenFull.Wait(Duration.ofMillis(1)));
    try (Journal journal = open(config)) {
      fill(journal);
      // An append that waited would be interrupted, and say so.
      Thread.currentThread().interrupt();
      assertThat(journal.appendWithoutWaiting(bytes("mark"))).isEqualTo(Journal.FULL);
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void whatDoesNotFitASegmentIsTooLarge() {
    try (Journal journal = open(config())) {
      assertThat(append(journal, "x".repeat(SEGMENT - 72))).isPositive();
      assertThat(append(journal, "x".repeat(SEGMENT - 71))).isEqualTo(Journal.TOO_LARGE);
      assertThat(append(journal, "small")).isPositive();
      assertThat(readAll(journal.reader())).hasSize(2);
    }
  }

  @Test
  void aSealedJournalTakesNothingAndIsReadToTheEnd() {
    try (Journal journal = open(config())) {
      append(journal, "one");
      journal.seal();
      assertThat(append(journal, "two")).isEqualTo(Journal.SEALED);

      JournalReader reader = journal.reader();
      assertThat(reader.isExhausted()).isFalse();
      assertThat(readAll(reader)).containsExactly("one");
      assertThat(reader.isExhausted()).isTrue();
    }
  }

  @Test
  void thePositionIsToldBeforeTheRecordCanBeRead() {
    try (Journal journal = open(config())) {
      JournalReader reader = journal.reader();
      byte[] payload = bytes("one");
      List<Long> told = new ArrayList<>();
      long position =
          journal.append(
              payload,
              payload.length,
              0,
              claimed -> {
                told.add(claimed);
                assertThat(reader.next()).isNull();
              });
      assertThat(told).containsExactly(position);
      assertThat(text(reader.next())).isEqualTo("one");
    }
  }

  @Test
  void aClaimThatFailsDoesNotStopTheReader() {
    try (Journal journal = open(config())) {
      byte[] payload = bytes("one");
      assertThatThrownBy(
              () ->
                  journal.append(
                      payload,
                      payload.length,
                      0,
                      claimed -> {
                        throw new IllegalStateException("no");
                      }))
          .hasMessage("no");
      append(journal, "two");
      assertThat(readAll(journal.reader())).containsExactly("two");
    }
  }

  @Test
  void whatWasNotAcknowledgedIsAdoptedByTheNextOne() throws Exception {
    UUID id;
    try (Journal journal = open(config())) {
      id = journal.id();
      for (int i = 0; i < 300; i++) {
        append(journal, "record " + i);
      }
      JournalReader reader = journal.reader();
      for (int i = 0; i < 120; i++) {
        reader.acknowledge(reader.next().end());
      }
      assertThat(adopt()).as("its process lives").isEmpty();
    }
    try (RecoveredJournal recovered = adopt().get(0)) {
      assertThat(recovered.journal()).isEqualTo(id);
      assertThat(recovered.format()).isEqualTo(7);
      assertThat(adopt()).as("adopted by another").isEmpty();
      assertThat(readAll(recovered)).hasSize(180).startsWith("record 120").endsWith("record 299");
      assertThat(recovered.isExhausted()).isTrue();
      recovered.rewind(0);
      assertThat(readAll(recovered)).endsWith("record 299");
      recovered.acknowledge(recovered.position());
      recovered.delete();
    }
    assertThat(adopt()).isEmpty();
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void lookingForAbandonedJournalsDoesNotGiveUpTheLockOfALiveOne() throws Exception {
    try (Journal journal = open(config())) {
      append(journal, "one");
      assertThat(adopt()).isEmpty();
      assertThat(adoptedByAnotherProcess()).isZero();
    }
    assertThat(adoptedByAnotherProcess()).isEqualTo(1);
  }

  private int adoptedByAnotherProcess() throws Exception {
    try (ChildJvm child =
        ChildJvm.of(Adopter.class, directory.resolveSibling("adopter.log"))
            .arguments(directory.toString())
            .jvmOptions(ChildJvm.LEAN)
            .start()) {
      String line = child.awaitLine(one -> one.startsWith(Adopter.FOUND), LIMIT);
      return Integer.parseInt(line.substring(Adopter.FOUND.length()));
    }
  }

  /** Another process that looks for abandoned journals. */
  static final class Adopter {
    static final String FOUND = "found ";

    public static void main(String[] args) throws IOException {
      Path shared = Path.of(args[0]);
      System.out.println(
          FOUND + RecoveredJournal.adopt(shared, DESTINATION, SetAside.in(null)).size());
    }
  }

  @Test
  void aDirectoryThatCanBeWrittenLaterIsUsedThen() throws Exception {
    Path late = directory.resolve("late");
    Files.writeString(late, "in the way");
    long[] now = {0};
    JournalFiles files = new JournalFiles(late, IDS.next(), DESTINATION, 7, config());
    SegmentPool pool =
        new SegmentPool(
            files, new MemorySegments(IDS.next(), SEGMENT, 8L * SEGMENT), SEGMENT, () -> now[0]);
    assertThat(pool.take(0).file()).isNull();
    Files.delete(late);
    now[0] += Duration.ofMinutes(1).toNanos();
    assertThat(pool.take(SEGMENT).file()).isNotNull();
    files.directory().close();
  }

  @Test
  void whatIsMissingFromASegmentIsReportedAndTheRestIsRead() throws Exception {
    try (Journal journal = open(config())) {
      for (int i = 0; i < 600; i++) {
        append(journal, "record " + i);
      }
    }
    List<Path> segments;
    try (Stream<Path> files = Files.walk(directory)) {
      segments = files.filter(file -> file.toString().endsWith(".segment")).sorted().toList();
    }
    try (FileChannel first = FileChannel.open(segments.get(0), StandardOpenOption.WRITE);
        FileChannel second = FileChannel.open(segments.get(1), StandardOpenOption.WRITE);
        FileChannel third = FileChannel.open(segments.get(2), StandardOpenOption.WRITE)) {
      first.truncate(0);
      second.truncate(SEGMENT / 2);
      third.write(ByteBuffer.wrap(new byte[] {1, 2, 3, 4, 5, 6, 7, 8}), 0);
    }
    try (RecoveredJournal recovered = adopt().get(0)) {
      List<String> read = readAll(recovered);
      assertThat(read).endsWith("record 599").hasSizeBetween(300, 500);
      assertThat(recovered.damagedBytes()).isGreaterThan(SEGMENT + SEGMENT / 2 - 100);
    }
  }

  @Test
  void aJournalThatIsAllAcknowledgedLeavesNothing() {
    try (Journal journal = open(config())) {
      append(journal, "one");
      JournalReader reader = journal.reader();
      readAll(reader);
      journal.seal();
      readAll(reader);
      reader.acknowledge(reader.position());
    }
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void journalsForAnotherDestinationAreLeftAlone() throws Exception {
    try (Journal journal = Journal.open(IDS.next(), config(), "other.recorded", 0)) {
      append(journal, "one");
    }
    assertThat(adopt()).isEmpty();
    assertThat(RecoveredJournal.adopt(directory, "other.recorded", SetAside.in(directory)).get(0))
        .extracting(JournalTest::readAll)
        .isEqualTo(List.of("one"));
  }

  @Test
  void whatIsNoJournalIsLeftAlone() throws Exception {
    Files.createDirectories(directory.resolve("something"));
    Path odd = Files.createDirectories(directory.resolve(IDS.next().toString()));
    Files.writeString(odd.resolve("state"), "none of ours");
    Files.writeString(directory.resolve("note.txt"), "keep me");

    assertThat(adopt()).isEmpty();
    assertThat(odd.resolve("state")).hasContent("none of ours");
    assertThat(directory.resolve("note.txt")).hasContent("keep me");
  }

  @Test
  void onlyTheOwnerCanReadIt() throws Exception {
    try (Journal journal = open(config())) {
      append(journal, "secret");
      try (Stream<Path> files = Files.walk(directory)) {
        assertThat(files.filter(Files::isRegularFile).toList())
            .isNotEmpty()
            .allSatisfy(
                file ->
                    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                        .isEqualTo("rw-------"));
      }
    }
  }

  @Test
  void withoutADirectoryThatCanBeWrittenItGoesOnInMemory() throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "");
    try (Journal journal = open(JournalConfig.in(file.resolve("below")))) {
      assertThat(journal.isDurable()).isFalse();
      append(journal, "one");
      assertThat(readAll(journal.reader())).containsExactly("one");
    }
  }

  @Test
  void whenTheDiskIsFullItGoesOnInMemoryAndComesBack() throws Exception {
    long[] now = {0};
    UUID id = IDS.next();
    MemorySegments memory = new MemorySegments(id, SEGMENT, 4L * SEGMENT);
    boolean[] full = {false};
    SegmentStore files =
        new SegmentStore() {
          private final FileSegments store =
              new FileSegments(directory, id, SEGMENT, 100L * SEGMENT, false);

          @Override
          public Segment create(long base) throws IOException {
            if (full[0]) {
              throw new IOException("No space left on device");
            }
            return store.create(base);
          }

          @Override
          public Segment reuse(Segment retired, long base) throws IOException {
            return store.reuse(retired, base);
          }

          @Override
          public void remove(Segment retired) throws IOException {
            store.remove(retired);
          }

          @Override
          public long maxBytes() {
            return store.maxBytes();
          }
        };
    SegmentPool pool = new SegmentPool(files, memory, SEGMENT, () -> now[0]);

    assertThat(pool.take(0).file()).isNotNull();
    full[0] = true;
    assertThat(pool.take(SEGMENT).file()).isNull();
    full[0] = false;
    assertThat(pool.take(2L * SEGMENT).file()).as("not tried again at once").isNull();
    now[0] += Duration.ofMinutes(1).toNanos();
    assertThat(pool.take(3L * SEGMENT).file()).isNotNull();
    full[0] = true;
    for (int i = 4; i < 6; i++) {
      assertThat(pool.take((long) i * SEGMENT)).isNotNull();
    }
    assertThat(pool.take(6L * SEGMENT)).as("memory is bounded").isNull();
  }

  @Test
  void everyAppendIsOnDiskWhenThatIsAsked() {
    for (Durability durability :
        List.of(new Durability.SyncEach(), new Durability.SyncEvery(Duration.ofMillis(1)))) {
      try (Journal journal = open(config().withDurability(durability))) {
        for (int i = 0; i < 200; i++) {
          assertThat(append(journal, "record " + i)).isPositive();
        }
        assertThat(readAll(journal.reader())).hasSize(200);
      }
    }
  }

  @Test
  void sizesThatMakeNoSenseAreRefused() {
    assertThatThrownBy(() -> config().withSegmentBytes(1_000))
        .hasMessageContaining("segmentBytes is 1,000");
    assertThatThrownBy(() -> config().withMaxBytes(5_000))
        .hasMessageContaining("room for two segments");
  }

  private JournalConfig config() {
    return JournalConfig.in(directory).withSegmentBytes(SEGMENT);
  }

  private static Journal open(JournalConfig config) {
    return Journal.open(IDS.next(), config, DESTINATION, 7);
  }

  private List<RecoveredJournal> adopt() throws IOException {
    return RecoveredJournal.adopt(directory, DESTINATION, SetAside.in(directory));
  }

  private static int fill(Journal journal) {
    int taken = 0;
    while (append(journal, "record " + taken) >= 0) {
      taken++;
    }
    return taken;
  }

  private static void appendWhenThereIsRoom(Journal journal, String text) {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (append(journal, text) < 0) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      Thread.onSpinWait();
    }
  }

  private static long append(Journal journal, String text) {
    return append(journal, text, 0);
  }

  private static long append(Journal journal, String text, int rank) {
    byte[] payload = bytes(text);
    return journal.append(payload, payload.length, rank, null);
  }

  private static List<String> readAll(JournalReader reader) {
    List<String> texts = new ArrayList<>();
    for (JournalRecord record = reader.next(); record != null; record = reader.next()) {
      texts.add(text(record));
    }
    return texts;
  }

  private static String text(JournalRecord record) {
    return new String(record.payload(), StandardCharsets.UTF_8);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
