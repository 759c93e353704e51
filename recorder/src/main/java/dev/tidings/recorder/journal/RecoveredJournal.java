package dev.tidings.recorder.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A journal that a dead process left behind. Nothing is appended to it; when all of it is
 * acknowledged, it is removed.
 *
 * <p>A torn tail, which a crash leaves, ends it. Damage before that is skipped, counted and kept
 * aside.
 */
public final class RecoveredJournal implements JournalReader, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RecoveredJournal.class);

  private record SegmentFile(Path path, long base) {}

  private final JournalDirectory directory;
  private final SetAside aside;
  private final List<SegmentFile> segments;
  private int index = -1;
  private @Nullable SegmentScan scan;
  private @Nullable ByteBuffer bytes;
  private long position;
  private long damagedBytes;
  private volatile long acknowledged;

  private RecoveredJournal(JournalDirectory directory, SetAside aside, List<SegmentFile> segments) {
    this.directory = directory;
    this.aside = aside;
    this.segments = segments;
    this.acknowledged = directory.state().acknowledged();
    this.position = acknowledged;
  }

  /**
   * The journals below a directory whose processes are dead, oldest first. The caller holds them
   * until it closes them; no other process can have them meanwhile.
   *
   * @param destination only those for this one
   * @param aside gets what is damaged
   * @throws IOException if the directory cannot be read
   */
  public static List<RecoveredJournal> adopt(Path shared, String destination, SetAside aside)
      throws IOException {
    List<RecoveredJournal> journals = new ArrayList<>();
    Consumer<IOException> unreadable =
        e ->
            LOG.warn(
                "A journal below {} cannot be read and is left alone: {}. Keep its folder for"
                    + " inspection elsewhere, or remove it",
                shared,
                e.toString());
    for (JournalDirectory directory : JournalDirectory.abandoned(shared, destination, unreadable)) {
      try {
        journals.add(new RecoveredJournal(directory, aside, segmentFiles(directory)));
      } catch (IOException e) {
        directory.close();
        unreadable.accept(e);
      }
    }
    return journals;
  }

  private static List<SegmentFile> segmentFiles(JournalDirectory directory) throws IOException {
    List<SegmentFile> files = new ArrayList<>();
    for (Path path : directory.segments()) {
      String name = path.getFileName().toString();
      String base = name.substring(0, name.length() - FileSegments.SUFFIX.length());
      try {
        files.add(new SegmentFile(path, Long.parseUnsignedLong(base, 16)));
      } catch (NumberFormatException e) {
        LOG.warn("{} is no segment of a journal and is left alone", path);
      }
    }
    return files;
  }

  @Override
  public UUID journal() {
    return directory.state().journal();
  }

  /** The number that its owner gave it. */
  public int format() {
    return directory.state().format();
  }

  @Override
  public @Nullable JournalRecord next() {
    while (scan != null || openNext()) {
      SegmentFile file = segments.get(index);
      SegmentScan.Found found = current().next((int) (position - file.base));
      if (found instanceof SegmentScan.Whole whole) {
        long at = file.base + whole.offset();
        position = file.base + whole.end();
        byte[] payload = new byte[whole.length()];
        content().get(whole.offset() + Frame.HEADER_BYTES, payload);
        return new JournalRecord(at, position, payload);
      } else if (found instanceof SegmentScan.Damaged damaged) {
        skip(file, damaged.from(), damaged.to());
        position = file.base + damaged.to();
      } else if (found instanceof SegmentScan.End end) {
        endSegment(file, end);
      }
    }
    return null;
  }

  private SegmentScan current() {
    if (scan == null) {
      throw new NoSuchElementException("No segment is open");
    }
    return scan;
  }

  private ByteBuffer content() {
    if (bytes == null) {
      throw new NoSuchElementException("No segment is open");
    }
    return bytes;
  }

  private void endSegment(SegmentFile file, SegmentScan.End end) {
    boolean last = index == segments.size() - 1;
    if (end.torn() && last) {
      LOG.info(
          "Journal {}: what was being written when its process died is cut off, at position {}",
          journal(),
          file.base + end.from());
    } else if (end.torn()) {
      skip(file, end.from(), content().capacity());
    }
    int missing = capacity(content(), file.base) - content().capacity();
    if (missing > 0) {
      missing(file, missing);
    }
    position = file.base + content().capacity() + Math.max(0, missing);
    scan = null;
    bytes = null;
  }

  private void skip(SegmentFile file, int from, int to) {
    damagedBytes += to - from;
    LOG.warn(
        "Journal {}: {} bytes at position {} are damaged; they are skipped and kept aside",
        journal(),
        to - from,
        file.base + from);
    aside.damaged(journal(), file.base + from, content().slice(from, to - from));
  }

  private void missing(SegmentFile file, int length) {
    damagedBytes += length;
    LOG.warn(
        "Journal {}: {} is cut short; the records in {} bytes of it are lost",
        journal(),
        file.path,
        length);
  }

  /** What the header says the segment's size is; as large as it is if there is no header. */
  private int capacity(ByteBuffer content, long base) {
    return isSegment(content, base)
        ? Math.max(content.capacity(), content.getInt(Segment.CAPACITY_OFFSET))
        : content.capacity();
  }

  /** Opens the next segment that holds something from the position on. */
  private boolean openNext() {
    while (index + 1 < segments.size()) {
      index++;
      SegmentFile file = segments.get(index);
      try {
        ByteBuffer read = read(file.path);
        long end = file.base + capacity(read, file.base);
        if (read.capacity() <= Segment.HEADER_BYTES) {
          long next = index + 1 < segments.size() ? segments.get(index + 1).base : file.base;
          if (next > position) {
            missing(file, (int) Math.min(1 << 30, next - file.base));
          }
          continue;
        }
        if (end <= position) {
          continue;
        }
        if (!isSegment(read, file.base) && !isUnused(read)) {
          // The checks of the records know their positions: they can be found without a header.
          bytes = read;
          skip(file, 0, Segment.HEADER_BYTES);
        }
        bytes = read;
        scan = new SegmentScan(read, file.base);
        position = Math.max(position, file.base + Segment.HEADER_BYTES);
        return true;
      } catch (IOException e) {
        LOG.warn("Journal {}: {} cannot be read and is skipped: {}", journal(), file.path, e);
        damagedBytes++;
      }
    }
    return false;
  }

  private static ByteBuffer read(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      ByteBuffer content = ByteBuffer.allocate((int) channel.size());
      while (content.hasRemaining() && channel.read(content) >= 0) {
        continue;
      }
      return content.clear().order(ByteOrder.LITTLE_ENDIAN);
    }
  }

  private boolean isSegment(ByteBuffer content, long base) {
    return content.capacity() > Segment.HEADER_BYTES
        && content.getLong(0) == Segment.MAGIC
        && content.getLong(Segment.BASE_OFFSET) == base
        && new UUID(
                content.getLong(Segment.ID_OFFSET), content.getLong(Segment.ID_OFFSET + Long.BYTES))
            .equals(journal());
  }

  /** Made, but not yet given its header when the process died. */
  private static boolean isUnused(ByteBuffer content) {
    return content.getLong(0) == 0;
  }

  @Override
  public long position() {
    return position;
  }

  @Override
  public void rewind(long to) {
    index = -1;
    scan = null;
    bytes = null;
    position = to;
  }

  @Override
  public void acknowledge(long to) {
    acknowledged = to;
    directory.state().acknowledge(to);
  }

  /** How many bytes were skipped as damaged. */
  public long damagedBytes() {
    return damagedBytes;
  }

  @Override
  public boolean isExhausted() {
    return scan == null && index >= segments.size() - 1;
  }

  /** Removes it: everything is acknowledged. */
  public void delete() throws IOException {
    directory.delete();
  }

  /** Leaves what is not acknowledged to the next one who adopts it. */
  @Override
  public void close() throws IOException {
    directory.close();
  }
}
