package dev.tidings.infra.kafka;

import java.util.concurrent.CompletableFuture;
import kafka.server.FaultHandlerFactory;
import org.apache.kafka.server.fault.FaultHandler;
import org.apache.kafka.server.fault.FaultHandlerException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Collects what the broker's own threads find wrong. A broker of its own halts its process at a
 * fatal fault; this one is a guest and must not, so the first fatal fault completes a future
 * instead.
 */
final class BrokerFaults implements FaultHandlerFactory {

  private static final Logger log = LoggerFactory.getLogger(EmbeddedKafka.class);

  private final CompletableFuture<Throwable> firstFatal = new CompletableFuture<>();

  CompletableFuture<Throwable> firstFatal() {
    return firstFatal;
  }

  @Override
  public FaultHandler build(String name, boolean fatal, Runnable action) {
    return new FaultHandler() {
      @Override
      public RuntimeException handleFault(String message, @Nullable Throwable cause) {
        if (cause == null) {
          log.error("Broker fault in {}: {}", name, message);
        } else {
          log.error("Broker fault in {}: {}", name, message, cause);
        }
        action.run();
        FaultHandlerException fault = new FaultHandlerException(name + ": " + message, cause);
        if (fatal) {
          firstFatal.complete(fault);
        }
        return fault;
      }
    };
  }
}
