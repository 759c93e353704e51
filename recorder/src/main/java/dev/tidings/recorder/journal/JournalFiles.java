package dev.tidings.recorder.journal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Segments in a journal's own directory, which is made when the first one is: if it cannot be made
 * at the start, it can be later. {@link #directory} by any thread, else as {@link SegmentStore}.
 */
final class JournalFiles implements SegmentStore {
  private final Path shared;
  private final UUID journal;
  private final String destination;
  private final int format;
  private final JournalConfig config;
  private volatile @Nullable JournalDirectory directory;

  JournalFiles(Path shared, UUID journal, String destination, int format, JournalConfig config) {
    this.shared = shared;
    this.journal = journal;
    this.destination = destination;
    this.format = format;
    this.config = config;
  }

  /** Null as long as it could not be made. */
  @Nullable JournalDirectory directory() {
    return directory;
  }

  @Override
  public Segment create(long base) throws IOException {
    JournalDirectory made = directory;
    if (made == null) {
      made = JournalDirectory.create(shared, journal, destination, format);
      directory = made;
    }
    return in(made).create(base);
  }

  @Override
  public Segment reuse(Segment retired, long base) throws IOException {
    return in(made()).reuse(retired, base);
  }

  @Override
  public void remove(Segment retired) throws IOException {
    in(made()).remove(retired);
  }

  @Override
  public long maxBytes() {
    return config.maxBytes();
  }

  /** There is a directory if there is a segment in it. */
  private JournalDirectory made() {
    JournalDirectory made = directory;
    if (made == null) {
      throw new IllegalStateException("The journal has no directory");
    }
    return made;
  }

  private FileSegments in(JournalDirectory made) {
    return new FileSegments(
        made.path(),
        journal,
        config.segmentBytes(),
        config.maxBytes(),
        !(config.durability() instanceof Durability.PageCache));
  }
}
