package dev.tidings.infra.stack;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the transactions that a topology left open when it was killed: nothing behind them could be
 * read before they time out. Only for the one who knows that no other topology runs.
 */
final class StaleTransactions {
  private static final Logger LOG = LoggerFactory.getLogger(StaleTransactions.class);
  private static final Duration LIMIT = Duration.ofSeconds(5);

  private StaleTransactions() {}

  /** A failure costs time and nothing else: the broker ends them later by itself. */
  static void abort(Admin admin, String applicationId) throws InterruptedException {
    try {
      List<String> open =
          admin
              .listTransactions(
                  new ListTransactionsOptions().filterStates(List.of(TransactionState.ONGOING)))
              .all()
              .get(LIMIT.toMillis(), TimeUnit.MILLISECONDS)
              .stream()
              .map(TransactionListing::transactionalId)
              .filter(id -> id.startsWith(applicationId))
              .toList();
      if (!open.isEmpty()) {
        admin.fenceProducers(open).all().get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
      }
    } catch (ExecutionException | TimeoutException e) {
      LOG.warn("Transactions of an earlier run stay open until they time out", e);
    }
  }
}
