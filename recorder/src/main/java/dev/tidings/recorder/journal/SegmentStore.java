package dev.tidings.recorder.journal;

import java.io.IOException;

/** Makes and removes the segments of one journal. One thread at a time. */
interface SegmentStore {
  /**
   * A new segment, all of whose bytes can be written without failing.
   *
   * @throws IOException if there is no room or no permission
   */
  Segment create(long base) throws IOException;

  /** Uses a segment's bytes again, for a stretch that starts at {@code base}. */
  Segment reuse(Segment retired, long base) throws IOException;

  /** Gives a segment's bytes back. */
  void remove(Segment retired) throws IOException;

  /** How many bytes all its segments may take. */
  long maxBytes();
}
