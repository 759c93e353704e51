package dev.tidings.benchmarks.e2e;

import dev.tidings.event.Event;
import dev.tidings.informer.ResourceEventHandler;
import dev.tidings.informer.SharedInformer;
import dev.tidings.informer.events.EventInformers;
import dev.tidings.infra.stack.EmbeddedStack;
import dev.tidings.recorder.EventRecorder;
import dev.tidings.registry.RegistryClient;
import dev.tidings.registry.RegistryConfig;
import dev.tidings.registry.SchemaRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Ours: a recorder, the topology, an informer with a handler. */
final class RecordedPath implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final SchemaRegistry registry;
  private final SharedInformer<String, Event> informer;
  private final EventRecorder recorder;
  private final Map<String, Long> sentNanos = new ConcurrentHashMap<>();
  private final AtomicLong seen = new AtomicLong();
  private long series;

  RecordedPath(EmbeddedStack stack, Latencies latencies) throws InterruptedException {
    registry = RegistryClient.create(RegistryConfig.of(stack.registryUrl()));
    informer =
        EventInformers.builder(stack.topics(), registry)
            .bootstrapServers(stack.bootstrapServers())
            .build()
            .start();
    informer.addHandler(
        new ResourceEventHandler<>() {
          @Override
          public void onAdd(String id, Event event, boolean isInInitialList) {
            Long sent = sentNanos.remove(id);
            if (sent != null) {
              latencies.add(System.nanoTime() - sent);
              seen.incrementAndGet();
            }
          }

          @Override
          public void onUpdate(String id, Event before, Event now) {}

          @Override
          public void onDelete(String id, Event last, boolean finalStateUnknown) {}
        });
    if (!informer.awaitSync(LIMIT)) {
      throw new IllegalStateException("The informer does not sync");
    }
    recorder = Platform.recorder(stack.bootstrapServers(), stack.registryUrl());
  }

  void send(int count) throws InterruptedException {
    long before = seen.get();
    for (int i = 0; i < count; i++) {
      Event event = Platform.event(series++);
      sentNanos.put(event.getId().toString(), System.nanoTime());
      recorder.submit(event);
      TimeUnit.NANOSECONDS.sleep(EndToEndPeers.BETWEEN_EVENTS.toNanos());
    }
    Waiting.until(() -> seen.get() >= before + count, "all recorded events are handled");
  }

  @Override
  public void close() {
    recorder.close();
    informer.close();
    registry.close();
  }
}
