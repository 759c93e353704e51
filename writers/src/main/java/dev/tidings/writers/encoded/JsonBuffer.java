package dev.tidings.writers.encoded;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.UnaryOperator;

/** JSON in the making. What it makes of an event is what {@code EventJson} makes of it. */
public final class JsonBuffer extends TextBuffer {
  private static final int LONGEST_ESCAPE = 6;
  private static final byte[] HEX = "0123456789ABCDEF".getBytes(StandardCharsets.US_ASCII);

  private static final byte NOT_ASCII = 'x';

  /** What follows the backslash, for each byte; 0 if there is none. */
  private static final byte[] ESCAPES = escapes((byte) 0);

  /** As {@link #ESCAPES}, with {@link #NOT_ASCII} for each byte that is no character by itself. */
  private static final byte[] ASCII_ESCAPES = escapes(NOT_ASCII);

  private static byte[] escapes(byte notAscii) {
    byte[] escapes = new byte[256];
    Arrays.fill(escapes, 0, ' ', (byte) 'u');
    Arrays.fill(escapes, 128, 256, notAscii);
    escapes['\b'] = 'b';
    escapes['\t'] = 't';
    escapes['\n'] = 'n';
    escapes['\f'] = 'f';
    escapes['\r'] = 'r';
    escapes['"'] = '"';
    escapes['\\'] = '\\';
    return escapes;
  }

  /** A text in quotes. */
  public void string(Text text) {
    int start = size;
    if (!string(text, ASCII_ESCAPES)) {
      size = start;
      string(text.asValidUtf8(), ESCAPES);
    }
  }

  /** Ends with false at a byte that is {@link #NOT_ASCII}. */
  private boolean string(Text text, byte[] escapes) {
    ensure(text.length() * LONGEST_ESCAPE + 2);
    bytes[size++] = '"';
    byte[] from = text.bytes();
    int end = text.start() + text.length();
    int plain = text.start();
    for (int i = plain; i < end; i++) {
      byte escape = escapes[from[i] & 0xff];
      if (escape == NOT_ASCII) {
        return false;
      }
      if (escape != 0) {
        plain(from, plain, i);
        escape(from[i]);
        plain = i + 1;
      }
    }
    plain(from, plain, end);
    bytes[size++] = '"';
    return true;
  }

  private void plain(byte[] from, int start, int end) {
    System.arraycopy(from, start, bytes, size, end - start);
    size += end - start;
  }

  private void escape(byte c) {
    bytes[size++] = '\\';
    bytes[size++] = ESCAPES[c];
    if (ESCAPES[c] == 'u') {
      bytes[size++] = '0';
      bytes[size++] = '0';
      bytes[size++] = HEX[c >> 4];
      bytes[size++] = HEX[c & 0xf];
    }
  }

  /** A text in quotes. */
  public void string(String text) {
    string(Text.of(text));
  }

  /** An event as one object, without a line end. */
  public void event(EncodedEvent event) {
    ascii("{\"id\":\"");
    copy(event.id().bytes(), event.id().start(), event.id().length());
    ascii("\",\"time\":\"");
    time(event.lastMicros());
    ascii("\",\"type\":");
    string(event.type());
    ascii(",\"severity\":\"");
    ascii(event.severity().name());
    ascii("\",\"source\":{\"node\":");
    string(event.node());
    ascii(",\"component\":");
    string(event.component());
    ascii("},\"object\":");
    object(event);
    ascii(",\"message\":");
    string(event.message());
    ascii(",\"attributes\":");
    attributes(event.attributes(), UnaryOperator.identity());
    ascii(",\"count\":");
    number(event.count());
    ascii(",\"firstTime\":\"");
    time(event.firstMicros());
    ascii("\",\"lastTime\":\"");
    time(event.lastMicros());
    ascii("\"}");
  }

  private void object(EncodedEvent event) {
    EncodedEvent.Subject object = event.object();
    if (object == null) {
      ascii("null");
      return;
    }
    ascii("{\"kind\":");
    string(object.kind());
    ascii(",\"namespace\":");
    string(object.namespace());
    ascii(",\"name\":");
    string(object.name());
    ascii(",\"uid\":");
    string(object.uid());
    ascii('}');
  }

  /**
   * Attributes as one object.
   *
   * @param as what is written for each name and value
   */
  public void attributes(Attributes attributes, UnaryOperator<Text> as) {
    ascii('{');
    int empty = size;
    attributes.forEach(
        (name, value) -> {
          if (size > empty) {
            ascii(',');
          }
          string(as.apply(name));
          ascii(':');
          string(as.apply(value));
        });
    ascii('}');
  }
}
