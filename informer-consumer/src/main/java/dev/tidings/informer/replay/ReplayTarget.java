package dev.tidings.informer.replay;

import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** Sends copies, and finds out when one was refused. For one thread. */
final class ReplayTarget {
  private final Producer<byte[], byte[]> producer;
  private final AtomicReference<@Nullable Exception> refused = new AtomicReference<>();

  ReplayTarget(Producer<byte[], byte[]> producer) {
    this.producer = producer;
  }

  void send(ProducerRecord<byte[], byte[]> record) throws Exception {
    throwIfRefused();
    producer.send(
        record,
        (metadata, thrown) -> {
          if (thrown != null) {
            refused.compareAndSet(null, thrown);
          }
        });
  }

  void finish() throws Exception {
    producer.flush();
    throwIfRefused();
  }

  private void throwIfRefused() throws Exception {
    Exception thrown = refused.get();
    if (thrown != null) {
      throw thrown;
    }
  }
}
