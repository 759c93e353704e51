package dev.tidings.cli.record;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads lines of UTF-8 of any length with bounded memory: one that is too long, or no UTF-8, is
 * passed over and said to be so. One thread.
 */
final class LineReader {
  private static final int BUFFER = 64 * 1024;

  /** What was read next. */
  sealed interface Line permits Text, Bad {}

  /** A line without its end. */
  record Text(String text) implements Line {}

  /** A line that cannot be used, and why. */
  record Bad(String reason) implements Line {}

  private final InputStream in;
  private final int maxBytes;
  private final byte[] buffer = new byte[BUFFER];
  private int position;
  private int limit;
  private long bytesRead;

  LineReader(InputStream in, int maxBytes) {
    this.in = in;
    this.maxBytes = maxBytes;
  }

  /** The next line, or null at the end. */
  @Nullable Line next() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    boolean tooLong = false;
    boolean any = false;
    while (fill()) {
      any = true;
      int end = position;
      while (end < limit && buffer[end] != '\n') {
        end++;
      }
      tooLong |= line.size() + (end - position) > maxBytes;
      if (!tooLong) {
        line.write(buffer, position, end - position);
      }
      boolean complete = end < limit;
      position = complete ? end + 1 : end;
      if (complete) {
        break;
      }
    }
    if (!any) {
      return null;
    }
    return tooLong
        ? new Bad("line is longer than %d MiB".formatted(maxBytes >> 20))
        : decode(line.toByteArray());
  }

  /** How much of the input was taken so far. */
  long bytesRead() {
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

  private static Line decode(byte[] bytes) {
    int length = bytes.length;
    if (length > 0 && bytes[length - 1] == '\r') {
      length--;
    }
    boolean mark =
        length >= 3
            && bytes[0] == (byte) 0xef
            && bytes[1] == (byte) 0xbb
            && bytes[2] == (byte) 0xbf;
    int start = mark ? 3 : 0;
    try {
      return new Text(
          StandardCharsets.UTF_8
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .onUnmappableCharacter(CodingErrorAction.REPORT)
              .decode(ByteBuffer.wrap(bytes, start, length - start))
              .toString());
    } catch (CharacterCodingException e) {
      return new Bad("not UTF-8");
    }
  }
}
