package dev.tidings.recorder;

import dev.tidings.catalogue.Catalogues;
import dev.tidings.event.Source;
import dev.tidings.event.identity.EventIds;
import dev.tidings.event.limits.EventLimits;
import dev.tidings.recorder.journal.Journal;
import dev.tidings.recorder.journal.JournalConfig;
import dev.tidings.recorder.journal.RecoveredJournal;
import dev.tidings.recorder.journal.SetAside;
import dev.tidings.recorder.watch.EventBroadcaster;
import dev.tidings.wire.Topics;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts a recorder together from its settings. */
record RecorderAssembly(
    Catalogues catalogues,
    Map<Class<?>, String> catalogueByEnum,
    Source source,
    Topics topics,
    EventLimits limits,
    InstantSource clock,
    Map<String, Object> kafka,
    JournalConfig journalConfig,
    @Nullable Redaction redaction,
    @Nullable SpamFilter spamFilter,
    @Nullable Duration aggregation,
    boolean strict,
    boolean publishCatalogues) {
  private static final Logger LOG = LoggerFactory.getLogger(EventRecorder.class);

  EventRecorder start() {
    long deliveryTimeoutMillis = deliveryTimeoutMillis();
    Path directory = journalConfig.directory();
    KafkaOutlet outlet =
        new KafkaOutlet(kafka, topics, publishCatalogues ? catalogues.all() : List.of(), directory);
    int format = aggregation == null ? OutgoingReader.ONE_BY_ONE : OutgoingReader.IN_WINDOWS;
    UUID id = EventIds.of(clock).next();
    Journal journal = Journal.open(id, journalConfig, topics.recorded(), format);
    SetAside aside = SetAside.in(directory);
    Outcomes outcomes = new Outcomes(id, aside);
    Shipment own =
        new Shipment(
            journal.reader(),
            format,
            outlet,
            outcomes,
            outcomes::settledUpTo,
            clock,
            deliveryTimeoutMillis);
    Sender sender =
        new Sender(
            journal,
            own,
            outlet,
            outcomes,
            () -> adopt(directory, aside),
            recovered ->
                new Shipment(
                    recovered,
                    recovered.format(),
                    outlet,
                    outcomes,
                    settled -> {},
                    clock,
                    deliveryTimeoutMillis),
            aggregation == null ? null : new WindowMarks(journal, aggregation));
    JournalingRecorder recorder =
        new JournalingRecorder(
            new JournalingRecorder.Parts(
                new EventTypes(catalogues, catalogueByEnum),
                limits,
                source,
                clock,
                journal,
                sender,
                outcomes,
                new EventBroadcaster(),
                TraceContext.detect(),
                redaction == null ? null : new Redactor(redaction, limits),
                spamFilter == null ? null : new TokenBuckets(spamFilter, System::nanoTime),
                strict));
    if (catalogues.all().isEmpty()) {
      LOG.warn("The recorder was given no catalogue: every event will be refused as unknown");
    }
    sender.start(recorder::reportWithheld);
    return recorder;
  }

  private List<RecoveredJournal> adopt(@Nullable Path directory, SetAside aside) {
    if (directory == null) {
      return List.of();
    }
    try {
      List<RecoveredJournal> found = RecoveredJournal.adopt(directory, topics.recorded(), aside);
      if (!found.isEmpty()) {
        LOG.info("Sending {} journals of processes that died", found.size());
      }
      return found;
    } catch (IOException e) {
      LOG.warn("{} cannot be searched for journals of dead processes: {}", directory, e.toString());
      return List.of();
    }
  }

  /**
   * For ever, unless it is said: the producer's own default is made for those without a journal.
   */
  private long deliveryTimeoutMillis() {
    Object given = kafka.get(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG);
    if (given == null) {
      return Long.MAX_VALUE;
    }
    try {
      long millis = Long.parseLong(given.toString().strip());
      if (millis >= 0) {
        return millis;
      }
    } catch (NumberFormatException e) {
      LOG.debug("No number", e);
    }
    throw new ConfigException(
        ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, given, "it must be a number of milliseconds");
  }
}
