package dev.tidings.writers.encoded;

import dev.tidings.wire.Micros;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Text in the making, as bytes of UTF-8, that grows as it needs to. One thread. */
public class TextBuffer {
  private static final int FIRST_BYTES = 16 * 1024;
  private static final int LONGEST_INT = 10;
  private static final int LONGEST_TIME = 27;
  private static final long MICROS_PER_SECOND = 1_000_000;
  private static final long SECONDS_PER_DAY = 86_400;

  /** From 0000-01-01 to 10000-01-01: years of four digits. */
  private static final long FIRST_DAY = -719_528;

  private static final long LAST_DAY = 2_932_896;

  private static final int KNOWN_SECONDS = 16;

  /** As in {@code 2026-01-31T12:00:00}. */
  private static final int SECOND_LENGTH = 19;

  /** Seconds that were written lately, and as what: most events of a batch are close together. */
  private final long[] knownSeconds = new long[KNOWN_SECONDS];

  private final byte[] knownTexts = new byte[KNOWN_SECONDS * SECOND_LENGTH];

  protected byte[] bytes = new byte[FIRST_BYTES];
  protected int size;

  public TextBuffer() {
    Arrays.fill(knownSeconds, Long.MIN_VALUE);
  }

  public final int size() {
    return size;
  }

  /** Takes back what is beyond. */
  public final void truncate(int newSize) {
    size = newSize;
  }

  /** Takes back everything. */
  public void clear() {
    size = 0;
  }

  final int capacity() {
    return bytes.length;
  }

  protected final void ensure(int more) {
    if (bytes.length - size < more) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
    }
  }

  public final void ascii(char character) {
    ensure(1);
    bytes[size++] = (byte) character;
  }

  /** Characters below 128. */
  @SuppressWarnings("deprecation") // Drops the high byte, which is 0, as nothing else does as fast.
  public final void ascii(String text) {
    int length = text.length();
    ensure(length);
    text.getBytes(0, length, bytes, size);
    size += length;
  }

  /** These bytes as they are. */
  public final void copy(byte[] from, int start, int length) {
    ensure(length);
    System.arraycopy(from, start, bytes, size, length);
    size += length;
  }

  /** What another holds. */
  public final void copy(TextBuffer other) {
    copy(other.bytes, 0, other.size);
  }

  public final void number(long value) {
    if (value < 0 || value > Integer.MAX_VALUE) {
      ascii(Long.toString(value));
      return;
    }
    ensure(LONGEST_INT);
    int digits = 1;
    for (int rest = (int) value; rest > 9; rest /= 10) {
      digits++;
    }
    digits((int) value, digits);
  }

  /**
   * A time as {@link java.time.Instant} writes it.
   *
   * @param micros of the epoch
   */
  public final void time(long micros) {
    int fraction = (int) Math.floorMod(micros, MICROS_PER_SECOND);
    if (!dateAndTime(micros)) {
      ascii(Micros.toInstant(micros).toString());
      return;
    }
    if (fraction != 0) {
      bytes[size++] = '.';
      if (fraction % 1_000 == 0) {
        digits(fraction / 1_000, 3);
      } else {
        digits(fraction, 6);
      }
    }
    bytes[size++] = 'Z';
  }

  /**
   * A time with six digits of the second's fraction.
   *
   * @param micros of the epoch
   * @return false if its year has not four digits; then nothing is written
   */
  public final boolean timeInMicros(long micros) {
    if (!dateAndTime(micros)) {
      return false;
    }
    bytes[size++] = '.';
    digits((int) Math.floorMod(micros, MICROS_PER_SECOND), 6);
    bytes[size++] = 'Z';
    return true;
  }

  private boolean dateAndTime(long micros) {
    long seconds = Math.floorDiv(micros, MICROS_PER_SECOND);
    long day = Math.floorDiv(seconds, SECONDS_PER_DAY);
    if (day < FIRST_DAY || day > LAST_DAY) {
      return false;
    }
    ensure(LONGEST_TIME);
    int place = (int) seconds & KNOWN_SECONDS - 1;
    if (knownSeconds[place] != seconds) {
      int start = size;
      date((int) (day - FIRST_DAY));
      time((int) Math.floorMod(seconds, SECONDS_PER_DAY));
      System.arraycopy(bytes, start, knownTexts, place * SECOND_LENGTH, SECOND_LENGTH);
      knownSeconds[place] = seconds;
    } else {
      System.arraycopy(knownTexts, place * SECOND_LENGTH, bytes, size, SECOND_LENGTH);
      size += SECOND_LENGTH;
    }
    return true;
  }

  private void time(int secondOfDay) {
    bytes[size++] = 'T';
    digits(secondOfDay / 3_600, 2);
    bytes[size++] = ':';
    digits(secondOfDay / 60 % 60, 2);
    bytes[size++] = ':';
    digits(secondOfDay % 60, 2);
  }

  /**
   * The Gregorian date; 400 years have 146,097 days. Years begin in March here, so that the leap
   * day is the last of one, and months have 153 days in five.
   *
   * @param day since 0000-01-01, which is 60 days after the March 1 before
   */
  private void date(int day) {
    int sinceMarch = day - 60 + 146_097;
    int era = sinceMarch / 146_097;
    int dayOfEra = sinceMarch % 146_097;
    int yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
    int dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
    int month = (5 * dayOfYear + 2) / 153;
    int year = (era - 1) * 400 + yearOfEra + (month >= 10 ? 1 : 0);
    digits(year, 4);
    bytes[size++] = '-';
    digits(month < 10 ? month + 3 : month - 9, 2);
    bytes[size++] = '-';
    digits(dayOfYear - (153 * month + 2) / 5 + 1, 2);
  }

  /** So many digits, for which there is room. */
  private void digits(int value, int count) {
    int rest = value;
    for (int i = size + count - 1; i >= size; i--) {
      bytes[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    size += count;
  }

  public final void writeTo(OutputStream out) throws IOException {
    out.write(bytes, 0, size);
  }

  /** Writes a part of it. */
  public final void writeTo(OutputStream out, int start, int length) throws IOException {
    out.write(bytes, start, length);
  }

  /** What is there, until something is added. */
  public final ByteBuffer toByteBuffer() {
    return ByteBuffer.wrap(bytes, 0, size);
  }

  public final byte[] toByteArray() {
    return Arrays.copyOf(bytes, size);
  }

  @Override
  public final String toString() {
    return new String(bytes, 0, size, StandardCharsets.UTF_8);
  }
}
