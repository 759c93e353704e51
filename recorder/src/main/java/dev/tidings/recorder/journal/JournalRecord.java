package dev.tidings.recorder.journal;

/**
 * A record read back. The payload is the reader's own copy.
 *
 * @param position rises from record to record of one journal
 * @param end the position behind it: what is acknowledged once everything up to this record is done
 */
@SuppressWarnings("ArrayRecordComponent") // Handed over, never compared.
public record JournalRecord(long position, long end, byte[] payload) {}
