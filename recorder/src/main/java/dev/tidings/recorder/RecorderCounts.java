package dev.tidings.recorder;

/**
 * What a recorder counted since its start, in events.
 *
 * @param accepted taken to be sent
 * @param acknowledged by Kafka
 * @param refused as invalid
 * @param dropped not taken, because too many were waiting or the recorder was closed
 * @param failed taken, but not sent
 * @param truncated accepted after something was cut from them
 */
public record RecorderCounts(
    long accepted, long acknowledged, long refused, long dropped, long failed, long truncated) {}
