package dev.tidings.recorder.source;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * Lines of a stream that may never end, as bytes, with bounded memory. Does not wait for more than
 * a line. For one thread.
 */
public final class LineInput {
  private static final int BUFFER_BYTES = 64 * 1024;

  /**
   * A line without its end.
   *
   * @param bytes as many as fit
   * @param isWhole whether that is all of it
   */
  public record Line(byte[] bytes, boolean isWhole) {}

  private final InputStream in;
  private final int maxBytes;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private int position;
  private int limit;
  private long bytesRead;

  /**
   * @param in stays the caller's to close
   * @param maxBytes what is kept of a line
   */
  public LineInput(InputStream in, int maxBytes) {
    this.in = in;
    this.maxBytes = maxBytes;
  }

  /** The next line, or null at the end of the stream. */
  public @Nullable Line next() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    boolean whole = true;
    boolean any = false;
    while (fill()) {
      any = true;
      int end = position;
      while (end < limit && buffer[end] != '\n') {
        end++;
      }
      int room = maxBytes - line.size();
      whole &= end - position <= room;
      line.write(buffer, position, Math.min(end - position, room));
      boolean complete = end < limit;
      position = complete ? end + 1 : end;
      if (complete) {
        break;
      }
    }
    return any ? new Line(line.toByteArray(), whole) : null;
  }

  /** How much of the input was taken so far. */
  public long bytesRead() {
    return bytesRead - (limit - position);
  }

  private boolean fill() throws IOException {
    if (position < limit) {
      return true;
    }
    limit = Math.max(0, in.read(buffer));
    position = 0;
    bytesRead += limit;
    return limit > 0;
  }
}
