package dev.tidings.dedup.topology;

import dev.tidings.event.Event;
import dev.tidings.event.Severity;
import dev.tidings.event.limits.EventLimits;
import dev.tidings.wire.WireFormat;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a first occurrence needs of an event that was written with our schema, found without making
 * objects of all of it: most of what a full read costs. It walks over every field, so that what it
 * accepts can be read; names that are not plain ASCII, and everything else that is unusual or
 * wrong, it leaves to the full read, which also knows the reason.
 *
 * <p>{@code id, type, severity, source{node, component}, object{kind, namespace, name, uid} or
 * null, message, attributes, firstTimestamp, lastTimestamp, count}, as Avro writes them.
 */
final class EventScan {
  private static final int ID_LENGTH = 36;
  private static final int SEVERITIES = Severity.values().length;

  /** Which branch of the union it is. */
  static final int NO_OBJECT =
      Event.getClassSchema().getField("object").schema().getIndexNamed("null");

  private static final int MAX_VARINT = 10;

  private final byte[] value;
  private final EventLimits limits;
  private int at = WireFormat.HEADER_LENGTH;
  private boolean ok = true;
  private int typeAt;
  private int sourceAt;
  private int objectEnd;
  private int typeTextAt;
  private int typeTextEnd;
  private int sourceEnd;
  private long firstMicros;
  private long lastMicros;
  private long count;

  private EventScan(byte[] value, EventLimits limits) {
    this.value = value;
    this.limits = limits;
  }

  /** Null if it must be read in full. */
  static @Nullable EventScan of(byte[] value, EventLimits limits) {
    if (value.length - WireFormat.HEADER_LENGTH > limits.eventBytes()) {
      return null;
    }
    EventScan scan = new EventScan(value, limits);
    scan.walk();
    return scan.ok ? scan : null;
  }

  private void walk() {
    ok = length(ID_LENGTH) == ID_LENGTH;
    at += ID_LENGTH;
    typeAt = at;
    int typeLength = length(limits.nameCharacters());
    typeTextAt = at;
    plain(typeLength, true);
    typeTextEnd = at;
    long severity = varint();
    ok &= severity >= 0 && severity < SEVERITIES;
    sourceAt = at;
    name(true);
    name(true);
    sourceEnd = at;
    object();
    objectEnd = at;
    skip(limits.messageBytes());
    attributes();
    firstMicros = varint();
    lastMicros = varint();
    count = varint();
    ok &= at == value.length && count >= 1 && lastMicros >= firstMicros;
    ok &= Ranges.contain(firstMicros, lastMicros, count);
  }

  private void object() {
    long branch = varint();
    if (branch == NO_OBJECT || !ok) {
      return;
    }
    ok &= branch == 1 - NO_OBJECT;
    name(true);
    name(false);
    name(true);
    name(false);
  }

  private void attributes() {
    long total = 0;
    long block = varint();
    while (ok && block != 0) {
      if (block < 0) {
        block = -block;
        varint();
      }
      total += block;
      ok &= block > 0 && total <= limits.attributes();
      for (long i = 0; ok && i < block; i++) {
        name(true);
        skip(limits.attributeValueBytes());
      }
      block = varint();
    }
  }

  private void skip(int limit) {
    int length = length(limit);
    at += length;
  }

  private void name(boolean required) {
    plain(length(limits.nameCharacters()), required);
  }

  /** Passes over ASCII without NUL. */
  private void plain(int length, boolean required) {
    ok &= length > 0 || !required;
    int end = at + length;
    for (; ok && at < end; at++) {
      ok = value[at] > 0;
    }
    at = end;
  }

  /** A length that is in its limit and in the value. */
  private int length(int limit) {
    long length = varint();
    if (!ok || length < 0 || length > limit || length > value.length - at) {
      ok = false;
      return 0;
    }
    return (int) length;
  }

  private long varint() {
    long raw = 0;
    for (int i = 0; ok && i < MAX_VARINT; i++) {
      if (at >= value.length) {
        break;
      }
      byte b = value[at++];
      raw |= (long) (b & 0x7f) << (7 * i);
      if (b >= 0) {
        return (raw >>> 1) ^ -(raw & 1);
      }
    }
    ok = false;
    return 0;
  }

  /** Null if it is not written as ids are. */
  @Nullable UUID id() {
    long high = 0;
    long low = 0;
    int start = WireFormat.HEADER_LENGTH + 1;
    for (int i = 0, digits = 0; i < ID_LENGTH; i++) {
      byte c = value[start + i];
      if (i == 8 || i == 13 || i == 18 || i == 23) {
        if (c != '-') {
          return null;
        }
        continue;
      }
      int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
      if (digit < 0) {
        return null;
      }
      if (digits++ < 16) {
        high = high << 4 | digit;
      } else {
        low = low << 4 | digit;
      }
    }
    return new UUID(high, low);
  }

  String type() {
    return new String(value, typeTextAt, typeTextEnd - typeTextAt, StandardCharsets.US_ASCII);
  }

  /** Where type, severity, source and object are, one after the other. */
  int kindStart() {
    return typeAt;
  }

  /** Where they end. */
  int kindEnd() {
    return objectEnd;
  }

  /** Where node and component are. */
  int sourceStart() {
    return sourceAt;
  }

  /** Where they end. */
  int sourceEnd() {
    return sourceEnd;
  }

  long firstMicros() {
    return firstMicros;
  }

  long lastMicros() {
    return lastMicros;
  }

  long count() {
    return count;
  }
}
