package dev.tidings.recorder.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * Segments in files of one directory.
 *
 * @param synced whether a new file must be on disk before it is used
 */
record FileSegments(Path directory, UUID journal, int segmentBytes, long maxBytes, boolean synced)
    implements SegmentStore {
  static final String SUFFIX = ".segment";
  private static final int BLOCK = 64 * 1024;

  static String nameOf(long base) {
    return "%016x%s".formatted(base, SUFFIX);
  }

  @Override
  public Segment create(long base) throws IOException {
    Path file = directory.resolve(nameOf(base));
    try (FileChannel channel = OwnerOnly.createNew(file)) {
      // Written, not just sized: a full disk must fail here, not when a mapped page is touched.
      ByteBuffer zeros = ByteBuffer.allocate(Math.min(BLOCK, segmentBytes));
      for (long at = 0; at < segmentBytes; ) {
        zeros.clear().limit((int) Math.min(zeros.capacity(), segmentBytes - at));
        at += channel.write(zeros, at);
      }
      if (synced) {
        channel.force(true);
      }
      MappedByteBuffer mapped = channel.map(MapMode.READ_WRITE, 0, segmentBytes);
      touch(mapped);
      return Segment.fresh(mapped, journal, base, file);
    } catch (IOException | RuntimeException e) {
      Files.deleteIfExists(file);
      throw e;
    }
  }

  /** So that it is not an append that meets the page faults. */
  private static void touch(MappedByteBuffer mapped) {
    for (int at = 0; at < mapped.capacity(); at += 4096) {
      mapped.put(at, (byte) 0);
    }
  }

  @Override
  public Segment reuse(Segment retired, long base) throws IOException {
    ByteBuffer wiped = retired.wiped();
    Path file = directory.resolve(nameOf(base));
    Files.move(fileOf(retired), file);
    return Segment.fresh(wiped, journal, base, file);
  }

  @Override
  public void remove(Segment retired) throws IOException {
    Path file = fileOf(retired);
    // The mapping lives until the collector finds it; the disk must not wait for that. Nobody
    // touches the pages any more.
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(0);
    }
    Files.deleteIfExists(file);
  }

  private static Path fileOf(Segment segment) {
    Path file = segment.file();
    if (file == null) {
      throw new IllegalStateException("A segment in memory has no file");
    }
    return file;
  }
}
