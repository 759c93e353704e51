package dev.tidings.dedup.topology;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The contents of a store on disk, and up to where in its change log they are: written when the
 * store is closed in order, found by the next start, and deleted before the first change, so that
 * there is none while a store is in use. After a crash there is none either, and everything is read
 * back from Kafka.
 *
 * <p>It is written only of contents that Kafka Streams has said the offset of and that did not
 * change since. What it finds is not trusted: a file that is damaged is deleted, and one that is
 * old is passed over, since Kafka may no longer have what would say that an entry is gone.
 *
 * <pre>
 *  version (1), time ms (8), topic, partition (4), offset (8), entries (4), CRC-32C (8)
 *  each entry: length of key (4), key, length of value (4), value
 *  CRC-32C of all entries (8)                                             big-endian
 * </pre>
 *
 * Thread-safe: a commit can come while another thread reads the contents.
 */
final class StoreSnapshot {
  private static final Logger LOG = LoggerFactory.getLogger(StoreSnapshot.class);
  private static final byte VERSION = 1;
  private static final int BUFFER_BYTES = 256 * 1024;

  /** Half of what a compacted topic keeps the news of a deletion by default. */
  private static final Duration MAX_AGE = Duration.ofHours(12);

  /** What a snapshot starts with. */
  private record Header(long writtenMillis, TopicPartition changelog, long offset, int entries) {}

  /** Takes an entry. */
  interface Entry {
    void entry(byte[] key, byte[] value) throws IOException;
  }

  /** Gives all entries. */
  interface Entries {
    void each(Entry action) throws IOException;
  }

  /** Takes an entry. */
  interface Reader {
    void entry(byte[] key, byte[] value);
  }

  private final Path file;
  private final InstantSource clock;

  /** What the file has: null if there is none, or what is in memory is newer. */
  private @Nullable Header onDisk;

  private boolean isLoaded;

  /** Where the contents are that are in memory; null if nobody said so since they changed. */
  private @Nullable TopicPartition changelog;

  private long offset;

  private StoreSnapshot(Path file, InstantSource clock) {
    this.file = file;
    this.clock = clock;
  }

  /** Looks whether there is one. */
  static StoreSnapshot find(Path file, InstantSource clock) {
    StoreSnapshot snapshot = new StoreSnapshot(file, clock);
    try (DataInputStream in = new DataInputStream(Files.newInputStream(file))) {
      Header header = readHeader(in);
      long age = clock.millis() - header.writtenMillis();
      if (age >= 0 && age < MAX_AGE.toMillis()) {
        snapshot.onDisk = header;
        snapshot.changelog = header.changelog();
        snapshot.offset = header.offset();
        return snapshot;
      }
      LOG.info("{} is old: state is read back from Kafka", file);
    } catch (NoSuchFileException e) {
      return snapshot;
    } catch (IOException e) {
      LOG.warn("{} cannot be read, state is read back from Kafka: {}", file, e.toString());
    }
    snapshot.delete();
    return snapshot;
  }

  private static Header readHeader(DataInputStream in) throws IOException {
    CRC32C crc = new CRC32C();
    DataInputStream checked = new DataInputStream(new CheckedInputStream(in, crc));
    if (checked.readByte() != VERSION) {
      throw new IOException("it is of another version");
    }
    Header header =
        new Header(
            checked.readLong(),
            new TopicPartition(checked.readUTF(), checked.readInt()),
            checked.readLong(),
            checked.readInt());
    if (crc.getValue() != in.readLong()) {
      throw new IOException("its header is damaged");
    }
    return header;
  }

  /** Up to where in a change log the contents are, if that is known. */
  synchronized @Nullable Long offset(TopicPartition of) {
    return of.equals(changelog) ? offset : null;
  }

  /**
   * Reads the entries, once.
   *
   * @throws ProcessorStateException if they are damaged: the file is deleted, and all is read back
   *     from Kafka when the task starts again
   */
  synchronized void load(Reader reader) {
    if (onDisk == null || isLoaded) {
      return;
    }
    isLoaded = true;
    try (InputStream raw = new BufferedInputStream(Files.newInputStream(file))) {
      long fileBytes = Files.size(file);
      Header header = readHeader(new DataInputStream(raw));
      CRC32C crc = new CRC32C();
      DataInputStream in = new DataInputStream(new CheckedInputStream(raw, crc));
      for (int i = 0; i < header.entries(); i++) {
        reader.entry(readBytes(in, fileBytes), readBytes(in, fileBytes));
      }
      if (crc.getValue() != new DataInputStream(raw).readLong()) {
        throw new IOException("its entries are damaged");
      }
    } catch (IOException e) {
      changelog = null;
      delete();
      throw new ProcessorStateException(
          file + " cannot be read: it is deleted, and state is read back from Kafka", e);
    }
  }

  /** Large ones go from the file to their place, past the stream's small buffer. */
  private static byte[] readBytes(DataInputStream in, long mostBytes) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > mostBytes) {
      throw new IOException("its entries are damaged");
    }
    byte[] bytes = new byte[length];
    in.readFully(bytes);
    return bytes;
  }

  /** To be called before the contents change: what is on disk is then no longer what there is. */
  synchronized void contentsChange() {
    changelog = null;
    if (onDisk != null) {
      delete();
    }
  }

  private void delete() {
    onDisk = null;
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new ProcessorStateException(
          "Cannot delete " + file + ", which would be wrong after a crash", e);
    }
  }

  /**
   * What is in memory is what a change log has up to an offset.
   *
   * @param offsets of one change log, or of none: then nobody knows
   */
  synchronized void contentsAreAt(Map<TopicPartition, Long> offsets) {
    if (offsets.isEmpty()) {
      contentsChange();
    } else if (onDisk == null) {
      // Otherwise they are on disk, with an offset that is as good: there is nothing in between.
      offsets.forEach(
          (of, at) -> {
            changelog = of;
            offset = at;
          });
    }
  }

  /** Writes the contents, if it is known where they are and they are not on disk already. */
  synchronized void write(int count, Entries entries) {
    TopicPartition of = changelog;
    if (onDisk != null || of == null) {
      return;
    }
    Path unfinished = file.resolveSibling(file.getFileName() + ".tmp");
    try {
      try (FileOutputStream out = new FileOutputStream(unfinished.toFile())) {
        OutputStream buffered = new BufferedOutputStream(out, BUFFER_BYTES);
        writeHeader(buffered, new Header(clock.millis(), of, offset, count));
        writeEntries(buffered, entries);
        buffered.flush();
        out.getFD().sync();
      }
      Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      LOG.warn("State is not kept on disk, the next start reads it from Kafka: {}", e.toString());
      unfinished.toFile().delete();
    }
  }

  private static void writeHeader(OutputStream raw, Header header) throws IOException {
    CRC32C crc = new CRC32C();
    DataOutputStream out = new DataOutputStream(new CheckedOutputStream(raw, crc));
    out.writeByte(VERSION);
    out.writeLong(header.writtenMillis());
    out.writeUTF(header.changelog().topic());
    out.writeInt(header.changelog().partition());
    out.writeLong(header.offset());
    out.writeInt(header.entries());
    new DataOutputStream(raw).writeLong(crc.getValue());
  }

  private static void writeEntries(OutputStream raw, Entries entries) throws IOException {
    CRC32C crc = new CRC32C();
    DataOutputStream out = new DataOutputStream(new CheckedOutputStream(raw, crc));
    entries.each(
        (key, value) -> {
          out.writeInt(key.length);
          out.write(key);
          out.writeInt(value.length);
          out.write(value);
        });
    new DataOutputStream(raw).writeLong(crc.getValue());
  }
}
