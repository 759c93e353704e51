package dev.tidings.writers.encoded;

import java.nio.charset.StandardCharsets;
import java.util.function.UnaryOperator;

/** JSON in the making. What it makes of an event is what {@code EventJson} makes of it. */
public final class JsonBuffer extends TextBuffer {
  private static final int LONGEST_ESCAPE = 6;
  private static final byte[] HEX = "0123456789ABCDEF".getBytes(StandardCharsets.US_ASCII);

  /** What follows the backslash, for each character below 128; 0 if there is none. */
  private static final byte[] ESCAPES = escapes();

  private static byte[] escapes() {
    byte[] escapes = new byte[128];
    for (int c = 0; c < ' '; c++) {
      escapes[c] = 'u';
    }
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
    Text valid = text.asValidUtf8();
    ensure(valid.length() * LONGEST_ESCAPE + 2);
    bytes[size++] = '"';
    byte[] from = valid.bytes();
    int end = valid.start() + valid.length();
    int plain = valid.start();
    for (int i = plain; i < end; i++) {
      byte c = from[i];
      if (c >= 0 && ESCAPES[c] != 0) {
        plain(from, plain, i);
        escape(c);
        plain = i + 1;
      }
    }
    plain(from, plain, end);
    bytes[size++] = '"';
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
