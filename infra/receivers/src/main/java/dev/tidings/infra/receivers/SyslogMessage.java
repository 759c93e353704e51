package dev.tidings.infra.receivers;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A syslog message as RFC 5424's grammar has it, read strictly, and without regard to who wrote it.
 *
 * @param priority facility times 8 plus severity
 * @param timestamp as text
 * @param host the HOSTNAME
 * @param app the APP-NAME
 * @param process the PROCID
 * @param id the MSGID
 * @param data parameters by element and name
 * @param text the MSG without a byte order mark
 */
public record SyslogMessage(
    int priority,
    String timestamp,
    String host,
    String app,
    String process,
    String id,
    Map<String, Map<String, String>> data,
    String text) {

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static SyslogMessage parse(byte[] bytes) {
    try {
      return new Parser(
              StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString())
          .message();
    } catch (CharacterCodingException | StringIndexOutOfBoundsException e) {
      throw new IllegalArgumentException("Not a syslog message", e);
    }
  }

  /**
   * Reads structured data only.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static Map<String, Map<String, String>> parseData(String data) {
    try {
      return new Parser(data).data();
    } catch (StringIndexOutOfBoundsException e) {
      throw new IllegalArgumentException("Not structured data: " + data, e);
    }
  }

  private static final class Parser {
    private static final int MAX_NAME = 32;

    private final String in;
    private int at;

    Parser(String in) {
      this.in = in;
    }

    SyslogMessage message() {
      expect('<');
      int priority = Integer.parseInt(until('>'));
      expect('1');
      expect(' ');
      String timestamp = until(' ');
      String host = header(255);
      String app = header(48);
      String process = header(128);
      String id = header(MAX_NAME);
      Map<String, Map<String, String>> data = data();
      String text = "";
      if (at < in.length()) {
        expect(' ');
        text = in.substring(in.startsWith("\uFEFF", at) ? at + 1 : at);
      }
      return new SyslogMessage(priority, timestamp, host, app, process, id, data, text);
    }

    private String header(int max) {
      String field = until(' ');
      if (field.isEmpty()
          || field.length() > max
          || !field.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
        throw new IllegalArgumentException("No header field: " + field);
      }
      return field;
    }

    Map<String, Map<String, String>> data() {
      Map<String, Map<String, String>> elements = new LinkedHashMap<>();
      if (in.charAt(at) == '-') {
        at++;
        return elements;
      }
      while (at < in.length() && in.charAt(at) == '[') {
        at++;
        int start = at;
        while (in.charAt(at) != ' ' && in.charAt(at) != ']') {
          at++;
        }
        String id = in.substring(start, at);
        if (elements.put(id, parameters()) != null) {
          throw new IllegalArgumentException("There twice: " + id);
        }
        expect(']');
      }
      return elements;
    }

    private Map<String, String> parameters() {
      Map<String, String> parameters = new LinkedHashMap<>();
      while (in.charAt(at) == ' ') {
        at++;
        String name = until('=');
        if (name.isEmpty()
            || name.length() > MAX_NAME
            || !name.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '"' && c != ']')) {
          throw new IllegalArgumentException("No parameter name: " + name);
        }
        expect('"');
        if (parameters.put(name, value()) != null) {
          throw new IllegalArgumentException("There twice: " + name);
        }
      }
      return parameters;
    }

    private String value() {
      StringBuilder value = new StringBuilder();
      while (in.charAt(at) != '"') {
        char c = in.charAt(at++);
        if (c == ']') {
          throw new IllegalArgumentException("A bracket in a value that is not escaped");
        }
        if (c == '\\' && "\"\\]".indexOf(in.charAt(at)) >= 0) {
          c = in.charAt(at++);
        }
        value.append(c);
      }
      at++;
      return value.toString();
    }

    private String until(char end) {
      int start = at;
      while (in.charAt(at) != end) {
        at++;
      }
      return in.substring(start, at++);
    }

    private void expect(char c) {
      if (in.charAt(at++) != c) {
        throw new IllegalArgumentException("Expected %s at %d of %s".formatted(c, at - 1, in));
      }
    }
  }
}
