package dev.tidings.recorder.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.UUID;

/** Segments outside the heap, where the collector does not copy them. */
record MemorySegments(UUID journal, int segmentBytes, long maxBytes) implements SegmentStore {
  @Override
  public Segment create(long base) throws IOException {
    try {
      return Segment.fresh(ByteBuffer.allocateDirect(segmentBytes), journal, base, null);
    } catch (OutOfMemoryError e) {
      throw new IOException("no direct memory for %,d bytes".formatted(segmentBytes), e);
    }
  }

  @Override
  public Segment reuse(Segment retired, long base) {
    return Segment.fresh(retired.wiped(), journal, base, null);
  }

  @Override
  public void remove(Segment retired) {
    // The collector frees it.
  }
}
