package dev.tidings.infra.kafka;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import kafka.server.FaultHandlerFactory;
import org.apache.kafka.common.utils.Exit;
import org.apache.kafka.server.fault.FaultHandler;
import org.apache.kafka.server.fault.FaultHandlerException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Collects what the broker's own threads find wrong. A broker of its own halts its process at a
 * fatal fault, or when it has lost its disk; this one is a guest and must not, so the first of
 * these completes a future instead.
 */
final class BrokerFaults implements FaultHandlerFactory, AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(EmbeddedKafka.class);

  // Kafka's way of halting does not say which broker wants it, and there is one for the whole JVM.
  private static final Set<BrokerFaults> running = ConcurrentHashMap.newKeySet();

  static {
    Exit.setHaltProcedure(BrokerFaults::halt);
  }

  private final CompletableFuture<Throwable> firstFatal = new CompletableFuture<>();

  BrokerFaults() {
    running.add(this);
  }

  private static void halt(int status, @Nullable String message) {
    if (running.isEmpty()) {
      Runtime.getRuntime().halt(status);
    }
    String reason =
        message == null
            ? "Kafka stopped, as it does when its data directory fails; see the log"
            : message;
    RuntimeException fault = new IllegalStateException(reason);
    log.error("Broker fault: {}", reason, fault);
    running.forEach(faults -> faults.firstFatal.complete(fault));
    // The thread that wanted to halt expects not to run on.
    throw fault;
  }

  CompletableFuture<Throwable> firstFatal() {
    return firstFatal;
  }

  @Override
  public FaultHandler build(String name, boolean fatal, Runnable action) {
    return new FaultHandler() {
      @Override
      public RuntimeException handleFault(String message, @Nullable Throwable cause) {
        FaultHandlerException fault = new FaultHandlerException(name + ": " + message, cause);
        log.error("Broker fault", fault);
        action.run();
        if (fatal) {
          firstFatal.complete(fault);
        }
        return fault;
      }
    };
  }

  /** Forgets this broker; Kafka may halt the process again when it was the last. */
  @Override
  public void close() {
    running.remove(this);
  }
}
