package dev.tidings.recorder.journal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Finds the records of a segment that its writer left behind, whole, torn or damaged. */
final class SegmentScan {
  /** What is found next. */
  sealed interface Found {}

  /** A record whose check is right. */
  record Whole(int offset, int length) implements Found {
    int end() {
      return offset + Frame.sizeOf(length);
    }
  }

  /** Bytes that are no record, with a record behind them. */
  record Damaged(int from, int to) implements Found {}

  /**
   * There is no record from here on.
   *
   * @param torn whether there are other bytes than zeros
   */
  record End(int from, boolean torn) implements Found {}

  private static final int NONE = -1;

  private final ByteBuffer bytes;
  private final long base;
  private final int capacity;

  SegmentScan(ByteBuffer bytes, long base) {
    this.bytes = bytes.order(ByteOrder.LITTLE_ENDIAN);
    this.base = base;
    this.capacity = bytes.capacity() & -Frame.ALIGNMENT;
  }

  /** What is found at or after an offset where a frame starts. */
  Found next(int offset) {
    int at = offset;
    while (at + Frame.HEADER_BYTES <= capacity) {
      int length = bytes.getInt(at);
      if (isWhole(at, length)) {
        return new Whole(at, length);
      }
      if (isUnfinishedButWhole(at, length)) {
        return new Whole(at, -length);
      }
      if (isSkip(at, length)) {
        at += Frame.skipped(length);
        continue;
      }
      int behind = search(at + Frame.ALIGNMENT);
      if (behind == NONE) {
        return new End(at, !isZero(at, capacity));
      }
      if (!isZero(at, behind) && !isAbandoned(at, length, behind)) {
        return new Damaged(at, behind);
      }
      at = behind;
    }
    return new End(Math.min(at, capacity), false);
  }

  private boolean isWhole(int at, int length) {
    if (length <= 0 || length > capacity - at - Frame.HEADER_BYTES) {
      return false;
    }
    ByteBuffer payload = bytes.slice(at + Frame.HEADER_BYTES, length);
    return bytes.getInt(at + Frame.CHECK_OFFSET) == Frame.check(Frame.crc(payload), base + at);
  }

  /** Killed just before the length was set: all of it is here. */
  private boolean isUnfinishedButWhole(int at, int length) {
    return length < 0 && length != Integer.MIN_VALUE && isWhole(at, -length);
  }

  private boolean isSkip(int at, int length) {
    if (!Frame.isSkip(length)) {
      return false;
    }
    int size = Frame.skipped(length);
    return size >= Frame.HEADER_BYTES
        && size <= capacity - at
        && size % Frame.ALIGNMENT == 0
        && bytes.getInt(at + Frame.CHECK_OFFSET) == Frame.check(size, base + at);
  }

  /** Claimed by somebody who did not live to write it. */
  private boolean isAbandoned(int at, int length, int behind) {
    return length < 0
        && length != Integer.MIN_VALUE
        && length >= -capacity
        && at + Frame.sizeOf(-length) == behind;
  }

  private int search(int from) {
    for (int at = from; at + Frame.HEADER_BYTES <= capacity; at += Frame.ALIGNMENT) {
      int length = bytes.getInt(at);
      if (isWhole(at, length) || isUnfinishedButWhole(at, length) || isSkip(at, length)) {
        return at;
      }
    }
    return NONE;
  }

  private boolean isZero(int from, int to) {
    for (int at = from; at < to; at++) {
      if (bytes.get(at) != 0) {
        return false;
      }
    }
    return true;
  }
}
