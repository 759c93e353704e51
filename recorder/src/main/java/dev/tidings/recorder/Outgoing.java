package dev.tidings.recorder;

import java.util.List;
import java.util.UUID;

/**
 * A record on its way to Kafka.
 *
 * @param journal whose position it is
 * @param position goes out as its origin; rises from record to record of a journal
 * @param restart where reading must start again if this one is not settled
 * @param end where it may start again once this one and all before are settled
 * @param event what is sent
 * @param sources the positions of the journal's records that it stands for, itself included
 */
record Outgoing(
    UUID journal,
    long position,
    long restart,
    long end,
    JournaledEvent event,
    List<Long> sources) {}
