package dev.tidings.writers.syslog;

import dev.tidings.event.Event;
import dev.tidings.event.ObjectReference;
import dev.tidings.event.Severity;
import dev.tidings.writers.delivery.Delivery;
import dev.tidings.writers.template.EventTemplate;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
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
  private static final int LAST_YEAR = 9999;
  private static final String BYTE_ORDER_MARK = "\uFEFF";
  private static final String PROCESS = "pid";

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
    Event event = delivery.event();
    Level level = levels.getOrDefault(event.getSeverity(), Level.INFO);
    out.ascii('<').number(facility.ordinal() * 8L + level.ordinal()).ascii(">1 ");
    timestamp(event.getLastTimestamp(), out);
    out.ascii(' ').host(event.getSource().getNode(), MAX_HOST);
    String app = appName == null ? event.getSource().getComponent() : appName.of(delivery);
    out.ascii(' ').header(app, MAX_APP_NAME);
    out.ascii(' ').header(event.getAttributes().getOrDefault(PROCESS, ""), MAX_PROCESS);
    out.ascii(' ').header(event.getType(), MAX_MESSAGE_ID).ascii(' ');
  }

  /** RFC 3339 with microseconds; years beyond four digits cannot be said. */
  private static void timestamp(Instant time, MessageBuffer out) {
    LocalDateTime utc =
        LocalDateTime.ofEpochSecond(time.getEpochSecond(), time.getNano(), ZoneOffset.UTC);
    if (utc.getYear() < 0 || utc.getYear() > LAST_YEAR) {
      out.ascii('-');
      return;
    }
    digits(utc.getYear(), 4, out);
    digits(utc.getMonthValue(), 2, out.ascii('-'));
    digits(utc.getDayOfMonth(), 2, out.ascii('-'));
    digits(utc.getHour(), 2, out.ascii('T'));
    digits(utc.getMinute(), 2, out.ascii(':'));
    digits(utc.getSecond(), 2, out.ascii(':'));
    digits(utc.getNano() / 1_000, 6, out.ascii('.'));
    out.ascii('Z');
  }

  private static void digits(int value, int count, MessageBuffer out) {
    int divisor = 1;
    for (int i = 1; i < count; i++) {
      divisor *= 10;
    }
    for (; divisor > 0; divisor /= 10) {
      out.ascii((char) ('0' + value / divisor % 10));
    }
  }

  private void structuredData(Delivery.Occurred delivery, int maxName, MessageBuffer out) {
    Event event = delivery.event();
    boolean isCut = maxName != Integer.MAX_VALUE;
    out.ascii("[tidings@").ascii(enterpriseId);
    parameter("id", event.getId().toString(), maxName, out);
    parameter("type", event.getType(), maxName, out);
    parameter("severity", event.getSeverity().name(), maxName, out);
    parameter("node", event.getSource().getNode(), maxName, out);
    parameter("component", event.getSource().getComponent(), maxName, out);
    ObjectReference object = event.getObject();
    if (object != null) {
      parameter("kind", object.getKind(), maxName, out);
      parameter("namespace", object.getNamespace(), maxName, out);
      parameter("name", object.getName(), maxName, out);
      parameter("uid", object.getUid(), maxName, out);
    }
    out.ascii(" count=\"").number(event.getCount()).ascii('"');
    if (delivery.occurrences() > 0) {
      out.ascii(" occurrences=\"").number(delivery.occurrences()).ascii('"');
    }
    out.ascii(" first=\"").ascii(event.getFirstTimestamp().toString()).ascii('"');
    out.ascii(" last=\"").ascii(event.getLastTimestamp().toString()).ascii('"');
    if (isCut) {
      out.ascii(" truncated=\"true\"]");
    } else {
      attributes(event.getAttributes(), out);
    }
  }

  /** Ends the first element and adds the second, if there is something for it. */
  private void attributes(Map<String, String> attributes, MessageBuffer out) {
    Map<String, String> named = new TreeMap<>();
    Map<String, String> others = new TreeMap<>();
    attributes.forEach((name, value) -> (isParameterName(name) ? named : others).put(name, value));
    if (!others.isEmpty()) {
      parameter("attributes", JsonObject.of(others), Integer.MAX_VALUE, out);
    }
    out.ascii(']');
    if (!named.isEmpty()) {
      out.ascii("[attributes@").ascii(enterpriseId);
      named.forEach(
          (name, value) -> {
            out.ascii(' ').ascii(name).ascii("=\"").value(value, Integer.MAX_VALUE).ascii('"');
          });
      out.ascii(']');
    }
  }

  private static boolean isParameterName(String name) {
    return !name.isEmpty()
        && name.length() <= MAX_PARAMETER_NAME
        && name.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '=' && c != ']' && c != '"');
  }

  private static void parameter(String name, String value, int maxBytes, MessageBuffer out) {
    if (!value.isEmpty()) {
      out.ascii(' ').ascii(name).ascii("=\"").value(value, maxBytes).ascii('"');
    }
  }

  private void text(Delivery.Occurred delivery, int maxBytes, MessageBuffer out) {
    String text = message == null ? delivery.event().getMessage() : message.of(delivery);
    if (text.isEmpty() || maxBytes < 2) {
      return;
    }
    int end = out.size() + Math.min(maxBytes, Integer.MAX_VALUE - out.size());
    out.ascii(' ');
    if (withByteOrderMark && text.chars().anyMatch(c -> c > 0x7f)) {
      out.text(BYTE_ORDER_MARK, end - out.size());
    }
    out.text(text, end - out.size());
  }
}
