package dev.tidings.writers.syslog;

import dev.tidings.event.Severity;
import dev.tidings.writers.delivery.Delivery;
import dev.tidings.writers.encoded.Attributes;
import dev.tidings.writers.encoded.EncodedEvent;
import dev.tidings.writers.encoded.Text;
import dev.tidings.writers.template.EventTemplate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An event as a message of RFC 5424:
 *
 * <pre>
 * &lt;PRI&gt;1 lastTimestamp node app-name pid type
 *   [tidings@PEN id type severity node component kind namespace name uid
 *                count occurrences first last truncated]
 *   [attributes@PEN name="value" …]
 *   message
 * </pre>
 *
 * The header is for people and may be shortened; the structured data is exact. Parameters without a
 * value are left out. Attributes whose names are no parameter names (1 to 32 printable ASCII
 * characters other than {@code = ] "} and blank) are in the parameter {@code attributes} of the
 * first element, as JSON. A message that is not ASCII begins with a byte order mark, as the RFC has
 * it, unless switched off. What control characters become says {@link MessageBuffer}.
 *
 * <p>One that would be longer than allowed has no attributes, names cut to a sixteenth of what is
 * allowed, the message cut to what is left, and {@code truncated="true"}. Immutable, thread-safe.
 *
 * @param facility for all messages
 * @param levels for each of our severities
 * @param enterpriseId the private enterprise number in the elements' names
 * @param appName the header's APP-NAME; the component if null
 * @param message the text; the event's message if null
 * @param withByteOrderMark whether texts beyond ASCII begin with one
 * @param maxBytes the longest message
 */
record SyslogFormat(
    Facility facility,
    Map<Severity, Level> levels,
    String enterpriseId,
    @Nullable EventTemplate appName,
    @Nullable EventTemplate message,
    boolean withByteOrderMark,
    int maxBytes) {
  private static final int MAX_HOST = 255;
  private static final int MAX_APP_NAME = 48;
  private static final int MAX_PROCESS = 128;
  private static final int MAX_MESSAGE_ID = 32;
  private static final int MAX_PARAMETER_NAME = 32;
  private static final int SHARE_OF_A_NAME = 16;
  private static final String BYTE_ORDER_MARK = "\uFEFF";
  private static final Text PROCESS = Text.of("pid");

  /** Adds the message. */
  void write(Delivery.Occurred delivery, MessageBuffer out) {
    int start = out.size();
    header(delivery, out);
    structuredData(delivery, Integer.MAX_VALUE, out);
    text(delivery, Integer.MAX_VALUE, out);
    if (out.size() - start > maxBytes) {
      out.truncate(start);
      header(delivery, out);
      structuredData(delivery, maxBytes / SHARE_OF_A_NAME, out);
      text(delivery, maxBytes - (out.size() - start), out);
    }
  }

  private void header(Delivery.Occurred delivery, MessageBuffer out) {
    EncodedEvent event = delivery.event();
    Level level = levels.getOrDefault(event.severity(), Level.INFO);
    out.ascii('<');
    out.number(facility.ordinal() * 8L + level.ordinal());
    out.ascii(">1 ");
    if (!out.timeInMicros(event.lastMicros())) {
      // RFC 3339 has years of four digits.
      out.ascii('-');
    }
    out.ascii(' ');
    out.host(event.node().toString(), MAX_HOST);
    out.ascii(' ');
    out.header(appName == null ? event.component().toString() : appName.of(delivery), MAX_APP_NAME);
    out.ascii(' ');
    out.header(event.attributes().get(PROCESS).toString(), MAX_PROCESS);
    out.ascii(' ');
    out.header(event.type().toString(), MAX_MESSAGE_ID);
    out.ascii(' ');
  }

  private void structuredData(Delivery.Occurred delivery, int maxName, MessageBuffer out) {
    EncodedEvent event = delivery.event();
    boolean isCut = maxName != Integer.MAX_VALUE;
    out.ascii("[tidings@");
    out.ascii(enterpriseId);
    parameter(" id=\"", event.id(), maxName, out);
    parameter(" type=\"", event.type(), maxName, out);
    out.ascii(" severity=\"");
    out.ascii(event.severity().name());
    out.ascii('"');
    parameter(" node=\"", event.node(), maxName, out);
    parameter(" component=\"", event.component(), maxName, out);
    EncodedEvent.Subject object = event.object();
    if (object != null) {
      parameter(" kind=\"", object.kind(), maxName, out);
      parameter(" namespace=\"", object.namespace(), maxName, out);
      parameter(" name=\"", object.name(), maxName, out);
      parameter(" uid=\"", object.uid(), maxName, out);
    }
    out.ascii(" count=\"");
    out.number(event.count());
    if (delivery.occurrences() > 0) {
      out.ascii("\" occurrences=\"");
      out.number(delivery.occurrences());
    }
    out.ascii("\" first=\"");
    out.time(event.firstMicros());
    out.ascii("\" last=\"");
    out.time(event.lastMicros());
    out.ascii('"');
    if (isCut) {
      out.ascii(" truncated=\"true\"]");
    } else {
      attributes(event.attributes(), out);
    }
  }

  /** Ends the first element and adds the second, if there is something for it. */
  private void attributes(Attributes attributes, MessageBuffer out) {
    Map<String, String> others = new TreeMap<>();
    List<Text> named = new ArrayList<>();
    attributes.forEach(
        (name, value) -> {
          if (isParameterName(name)) {
            named.add(name);
            named.add(value);
          } else {
            others.put(name.toString(), value.toString());
          }
        });
    if (!others.isEmpty()) {
      parameter(" attributes=\"", Text.of(JsonObject.of(others)), Integer.MAX_VALUE, out);
    }
    out.ascii(']');
    if (!named.isEmpty()) {
      out.ascii("[attributes@");
      out.ascii(enterpriseId);
      for (int i = 0; i < named.size(); i += 2) {
        out.ascii(' ');
        out.text(named.get(i), Integer.MAX_VALUE);
        out.ascii("=\"");
        out.value(named.get(i + 1), Integer.MAX_VALUE);
        out.ascii('"');
      }
      out.ascii(']');
    }
  }

  private static boolean isParameterName(Text name) {
    boolean fits = !name.isEmpty() && name.length() <= MAX_PARAMETER_NAME;
    for (int i = name.start(); fits && i < name.start() + name.length(); i++) {
      byte c = name.bytes()[i];
      fits = c > ' ' && c < 0x7f && c != '=' && c != ']' && c != '"';
    }
    return fits;
  }

  /** Nothing for a value that is empty. */
  private static void parameter(String start, Text value, int maxBytes, MessageBuffer out) {
    if (!value.isEmpty()) {
      out.ascii(start);
      out.value(value, maxBytes);
      out.ascii('"');
    }
  }

  private void text(Delivery.Occurred delivery, int maxBytes, MessageBuffer out) {
    Text text = message == null ? delivery.event().message() : Text.of(message.of(delivery));
    if (text.isEmpty() || maxBytes < 2) {
      return;
    }
    int end = out.size() + Math.min(maxBytes, Integer.MAX_VALUE - out.size());
    out.ascii(' ');
    if (withByteOrderMark && !text.isAscii()) {
      out.text(BYTE_ORDER_MARK, end - out.size());
    }
    out.text(text, end - out.size());
  }
}
