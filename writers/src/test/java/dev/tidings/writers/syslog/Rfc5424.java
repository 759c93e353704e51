package dev.tidings.writers.syslog;

import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** RFC 5424's grammar, read strictly and written without regard to our formatter. */
final class Rfc5424 {
  private final String text;
  private int at;

  private Rfc5424(String text) {
    this.text = text;
  }

  record Message(
      int priority,
      String timestamp,
      String host,
      String app,
      String process,
      String id,
      Map<String, Map<String, String>> data,
      String text) {}

  static Message parse(byte[] bytes) {
    try {
      return new Rfc5424(
              StandardCharsets.UTF_8
                  .newDecoder()
                  .decode(java.nio.ByteBuffer.wrap(bytes))
                  .toString())
          .message();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("not UTF-8", e);
    }
  }

  /** Octet-counted frames. */
  static List<byte[]> frames(byte[] stream) {
    List<byte[]> frames = new ArrayList<>();
    int at = 0;
    while (at < stream.length) {
      int length = 0;
      while (stream[at] != ' ') {
        length = length * 10 + Character.digit(stream[at++], 10);
      }
      at++;
      frames.add(java.util.Arrays.copyOfRange(stream, at, at + length));
      at += length;
    }
    return frames;
  }

  private Message message() {
    expect('<');
    int priority = Integer.parseInt(until('>'));
    expect('1');
    expect(' ');
    String timestamp = until(' ');
    String host = header(255);
    String app = header(48);
    String process = header(128);
    String id = header(32);
    Map<String, Map<String, String>> data = data();
    String message = "";
    if (at < text.length()) {
      expect(' ');
      message = text.substring(at);
      if (message.startsWith("\uFEFF")) {
        message = message.substring(1);
      }
    }
    return new Message(priority, timestamp, host, app, process, id, data, message);
  }

  private String header(int max) {
    String field = until(' ');
    if (field.isEmpty()
        || field.length() > max
        || !field.chars().allMatch(c -> c >= 33 && c <= 126)) {
      throw new IllegalArgumentException("header field: " + field);
    }
    return field;
  }

  private Map<String, Map<String, String>> data() {
    Map<String, Map<String, String>> elements = new LinkedHashMap<>();
    if (text.charAt(at) == '-') {
      at++;
      return elements;
    }
    while (at < text.length() && text.charAt(at) == '[') {
      at++;
      StringBuilder id = new StringBuilder();
      while (text.charAt(at) != ' ' && text.charAt(at) != ']') {
        id.append(text.charAt(at++));
      }
      Map<String, String> parameters = new LinkedHashMap<>();
      while (text.charAt(at) == ' ') {
        at++;
        String name = until('=');
        if (name.isEmpty()
            || name.length() > 32
            || name.chars().anyMatch(c -> c <= 32 || c >= 127 || c == '"' || c == ']')) {
          throw new IllegalArgumentException("parameter name: " + name);
        }
        expect('"');
        if (parameters.put(name, value()) != null) {
          throw new IllegalArgumentException("twice: " + name);
        }
      }
      expect(']');
      if (elements.put(id.toString(), parameters) != null) {
        throw new IllegalArgumentException("twice: " + id);
      }
    }
    return elements;
  }

  private String value() {
    StringBuilder value = new StringBuilder();
    while (text.charAt(at) != '"') {
      char c = text.charAt(at++);
      if (c == ']') {
        throw new IllegalArgumentException("an unescaped bracket in a value");
      }
      if (c == '\\' && "\"\\]".indexOf(text.charAt(at)) >= 0) {
        c = text.charAt(at++);
      }
      value.append(c);
    }
    at++;
    return value.toString();
  }

  private String until(char end) {
    int start = at;
    while (text.charAt(at) != end) {
      at++;
    }
    return text.substring(start, at++);
  }

  private void expect(char c) {
    if (text.charAt(at++) != c) {
      throw new IllegalArgumentException("expected " + c + " at " + (at - 1) + " of " + text);
    }
  }
}
