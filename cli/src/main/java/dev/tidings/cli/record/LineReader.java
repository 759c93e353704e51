package dev.tidings.cli.record;

import dev.tidings.recorder.source.LineInput;
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
  /** What was read next. */
  sealed interface Line permits Text, Bad {}

  /** A line without its end. */
  record Text(String text) implements Line {}

  /** A line that cannot be used, and why. */
  record Bad(String reason) implements Line {}

  private final LineInput in;
  private final int maxBytes;

  LineReader(InputStream in, int maxBytes) {
    this.in = new LineInput(in, maxBytes);
    this.maxBytes = maxBytes;
  }

  /** The next line, or null at the end. */
  @Nullable Line next() throws IOException {
    LineInput.Line line = in.next();
    if (line == null) {
      return null;
    }
    return line.isWhole()
        ? decode(line.bytes())
        : new Bad("line is longer than %d MiB".formatted(maxBytes >> 20));
  }

  /** How much of the input was taken so far. */
  long bytesRead() {
    return in.bytesRead();
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
