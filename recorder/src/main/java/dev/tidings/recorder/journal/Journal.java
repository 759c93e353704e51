package dev.tidings.recorder.journal;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The journal of one process: many threads append, one reads and acknowledges.
 *
 * <p>Contract:
 *
 * <ol>
 *   <li>{@link #append} may be called by any thread. Once it has returned a position, the record
 *       survives what {@link Durability} says, and the reader sees it, after all with lower
 *       positions.
 *   <li>An append takes no lock, unless it is the one that finds its segment full. It never touches
 *       a file: segments are made ahead by a thread of the journal.
 *   <li>The journal never grows over its bound. What happens then is {@link WhenFull}.
 *   <li>Where segments cannot be made (disk full, no permission), the journal goes on in memory,
 *       warns once, and tries again later.
 *   <li>After {@link #seal} nothing is appended; the reader reads to the end. {@link #close} then
 *       removes what is acknowledged and leaves the rest to the next process.
 * </ol>
 */
public final class Journal implements AutoCloseable {
  /** Instead of a position: there was no room. */
  public static final long FULL = -1;

  /** Instead of a position: the journal is sealed. */
  public static final long SEALED = -2;

  /** Instead of a position: the record is larger than a segment. */
  public static final long TOO_LARGE = -3;

  private static final Logger LOG = LoggerFactory.getLogger(Journal.class);

  private final UUID id;
  private final JournalConfig config;
  private final @Nullable JournalFiles files;
  private final SegmentChain chain;
  private final LiveReader reader;
  private final SegmentKeeper keeper;
  private final AdmissionByRank admission;
  private final boolean syncEach;
  private final AtomicLong acknowledged;

  private Journal(
      UUID id,
      JournalConfig config,
      @Nullable JournalFiles files,
      SegmentChain chain,
      SegmentKeeper keeper) {
    this.id = id;
    this.config = config;
    this.files = files;
    this.chain = chain;
    this.keeper = keeper;
    this.reader = chain.reader();
    this.admission = AdmissionByRank.of(config);
    this.syncEach = config.durability() instanceof Durability.SyncEach;
    this.acknowledged = new AtomicLong(chain.active().base());
  }

  /**
   * Opens a new journal. If its directory cannot be used, it is one in memory, with a warning.
   *
   * @param id a new one, which no other journal has; a UUIDv7, so that journals sort by age
   * @param destination what the records are for: only a recorder for the same adopts them
   * @param format a number that is kept with the journal: how its owner reads the records
   */
  public static Journal open(UUID id, JournalConfig config, String destination, int format) {
    MemorySegments memory = new MemorySegments(id, config.segmentBytes(), config.maxMemoryBytes());
    Path shared = config.directory();
    JournalFiles files =
        shared == null ? null : new JournalFiles(shared, id, destination, format, config);
    SegmentPool pool =
        new SegmentPool(
            files == null ? memory : files, memory, config.segmentBytes(), System::nanoTime);
    SegmentChain chain;
    try {
      chain = new SegmentChain(pool, config.whenFull());
    } catch (IOException e) {
      throw new IllegalStateException("No memory for a journal: " + e.getMessage(), e);
    }
    SegmentKeeper keeper = SegmentKeeper.start(chain, config.durability());
    return new Journal(id, config, files, chain, keeper);
  }

  /** Null if there is none, or not yet. */
  private @Nullable JournalDirectory directory() {
    return files == null ? null : files.directory();
  }

  /** The journal's id: the same for all of its records, and no other's. */
  public UUID id() {
    return id;
  }

  /** Whether what is appended now survives the process. */
  public boolean isDurable() {
    return isDurable(tail());
  }

  /** Whether the record at a position that is not acknowledged survives the process. */
  public boolean isDurable(long position) {
    return chain.segmentAt(position).file() != null;
  }

  /** The one reader. */
  public JournalReader reader() {
    return new JournalReader() {
      @Override
      public UUID journal() {
        return id;
      }

      @Override
      public @Nullable JournalRecord next() {
        return reader.next();
      }

      @Override
      public long position() {
        return reader.position();
      }

      @Override
      public void rewind(long position) {
        reader.rewind(position);
      }

      @Override
      public void acknowledge(long position) {
        Journal.this.acknowledge(position);
      }

      @Override
      public boolean isExhausted() {
        return reader.isAtSealedEnd();
      }
    };
  }

  /**
   * Appends a record.
   *
   * @param payload holds the record in its first {@code length} bytes; it may be used again when
   *     this returns
   * @param rank how important it is, from 0 up; matters when the journal is full
   * @param claimed told the record's position before the reader can see it, or null
   * @return the record's position, or {@link #FULL}, {@link #SEALED} or {@link #TOO_LARGE}
   */
  public long append(byte[] payload, int length, int rank, @Nullable LongConsumer claimed) {
    if (length > config.segmentBytes() - Segment.HEADER_BYTES - Frame.HEADER_BYTES) {
      return TOO_LARGE;
    }
    if (!admission.admits(rank, this::usedBytes)) {
      return FULL;
    }
    return append(payload, length, claimed, true);
  }

  /**
   * Appends a small record without ever waiting for room, and whatever is configured for a full
   * journal: for the reader's own thread, which is the one that makes room.
   *
   * @return as {@link #append}
   */
  public long appendWithoutWaiting(byte[] payload) {
    return append(payload, payload.length, null, false);
  }

  private long append(byte[] payload, int length, @Nullable LongConsumer claimed, boolean mayWait) {
    int crc = Frame.crc(payload, length);
    while (true) {
      Segment segment = chain.active();
      long position = segment.append(payload, length, crc, claimed);
      if (position >= 0) {
        afterAppend(segment, position);
        return position;
      }
      long refused = chain.advanceFrom(segment, mayWait);
      if (refused < 0) {
        return refused;
      }
    }
  }

  private void afterAppend(Segment segment, long position) {
    reader.wakeIfAsleep();
    if (!chain.hasSpare() && position - segment.base() > segment.capacity() / 2) {
      keeper.prepareSpare();
    }
    if (syncEach) {
      keeper.awaitSynced();
    }
  }

  /** Waits until there is something to read, the journal is sealed, or for so long. */
  public void awaitAppended(Duration atMost) throws InterruptedException {
    reader.awaitAppended(atMost);
  }

  private void acknowledge(long position) {
    acknowledged.set(position);
    JournalDirectory directory = directory();
    if (directory != null) {
      directory.state().acknowledge(position);
    }
    if (chain.acknowledged(position)) {
      keeper.retire();
    }
  }

  /** Nothing is appended from now on. */
  public void seal() {
    chain.seal();
    reader.wakeIfAsleep();
  }

  /** Behind the last record that was appended before the call. */
  public long tail() {
    return chain.active().tailPosition();
  }

  /** What is appended and not acknowledged, in bytes. */
  public long usedBytes() {
    return Math.max(0, tail() - Math.max(acknowledged.get(), chain.oldestBase()));
  }

  /** How many records were appended, and dropped unread to make room for newer ones. */
  public long droppedOldest() {
    return chain.droppedOldest();
  }

  /**
   * Seals the journal and gives everything back. What is acknowledged is removed; the rest stays in
   * the directory.
   */
  @Override
  public void close() {
    seal();
    keeper.close();
    JournalDirectory directory = directory();
    if (directory == null) {
      return;
    }
    if (acknowledged.get() >= tail()) {
      try {
        directory.delete();
      } catch (IOException e) {
        LOG.warn("Journal {} cannot be removed: {}", directory.path(), e.toString());
        close(directory);
      }
    } else {
      close(directory);
    }
  }

  /** For tests: leaves everything as it is, as the death of the process would. */
  void abandon() {
    keeper.close();
    JournalDirectory directory = directory();
    if (directory != null) {
      close(directory);
    }
  }

  private static void close(JournalDirectory directory) {
    try {
      directory.close();
    } catch (IOException e) {
      LOG.warn("The lock of journal {} cannot be released: {}", directory.path(), e.toString());
    }
  }
}
