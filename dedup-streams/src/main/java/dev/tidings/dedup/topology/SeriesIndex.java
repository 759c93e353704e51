package dev.tidings.dedup.topology;

import dev.tidings.event.identity.SeriesKey;

/** Where the entries of each series are in a {@link SegmentLog}. One thread. */
final class SeriesIndex {
  private static final int HEAD = 0;
  private static final int COUNTS = 1;

  private final LongTable table = LongTable.ofPairs(2);

  /** Makes room for about so many series. */
  void reserve(int series) {
    table.reserve(series);
  }

  /** Where its head is, or {@link SegmentLog#NOWHERE}. */
  long head(SeriesKey series) {
    return location(series, HEAD);
  }

  /** Where its counts are, or {@link SegmentLog#NOWHERE}. */
  long counts(SeriesKey series) {
    return location(series, COUNTS);
  }

  private long location(SeriesKey series, int of) {
    int slot = table.find(series.high(), series.low());
    return slot == LongTable.ABSENT ? SegmentLog.NOWHERE : table.get(slot, of);
  }

  /** Notes the head of a series, which has no counts beside it. */
  void putHead(SeriesKey series, long location) {
    int known = table.find(series.high(), series.low());
    int slot = known == LongTable.ABSENT ? table.add(series.high(), series.low()) : known;
    table.set(slot, HEAD, location);
    table.set(slot, COUNTS, SegmentLog.NOWHERE);
  }

  /** Notes the counts of a series that has a head. */
  void putCounts(SeriesKey series, long location) {
    table.set(table.find(series.high(), series.low()), COUNTS, location);
  }

  void remove(SeriesKey series) {
    int slot = table.find(series.high(), series.low());
    if (slot != LongTable.ABSENT) {
      table.remove(slot);
    }
  }

  /** How many series there are. */
  int size() {
    return table.size();
  }
}
