package dev.tidings.writers.delivery;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.sink.ErrantRecordReporter;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTaskContext;

/** Gives each bad record to Connect's reporter once, however many of its entries are bad. */
final class Errors {
  private final SinkTaskContext context;
  private final Set<SinkRecord> reported = Collections.newSetFromMap(new IdentityHashMap<>());

  Errors(SinkTaskContext context) {
    this.context = context;
  }

  void report(Pipeline.Rejected rejected) {
    report(rejected.delivery().origin(), new DataException(rejected.reason()));
  }

  void report(SinkRecord record, DataException problem) {
    ErrantRecordReporter reporter = context.errantRecordReporter();
    if (reporter == null) {
      throw problem;
    }
    if (reported.add(record)) {
      reporter.report(record, problem);
    }
  }
}
