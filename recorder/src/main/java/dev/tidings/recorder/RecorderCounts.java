package dev.tidings.recorder;

import java.time.Duration;
import java.util.Map;

/**
 * What a recorder counted since its start, and how it stands. In events, unless it says otherwise.
 *
 * @param recorded taken: they are in the journal, or were
 * @param acknowledged by Kafka; those recovered count, too
 * @param refused as invalid
 * @param truncated recorded after something was cut from them
 * @param dropped valid, but not taken, by cause; causes without any are left out
 * @param droppedFromJournal taken, but dropped later to make room for newer ones
 * @param failed taken, but given up: Kafka does not take them whatever is done, or the delivery
 *     timeout was over
 * @param recovered taken over from journals that other processes left
 * @param aggregated that left as a count of another event's record
 * @param sendErrors how often sending was interrupted
 * @param journalBytes what is in the journal and not settled, in bytes
 * @param lag taken and not settled
 * @param lagTime how long the oldest of those has waited
 * @param durable whether what is recorded now survives the process
 */
public record RecorderCounts(
    long recorded,
    long acknowledged,
    long refused,
    long truncated,
    Map<DropCause, Long> dropped,
    long droppedFromJournal,
    long failed,
    long recovered,
    long aggregated,
    long sendErrors,
    long journalBytes,
    long lag,
    Duration lagTime,
    boolean durable) {}
