package dev.tidings.dedup.topology;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.function.Supplier;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.Punctuator;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Processors that follow one another on the same stores, as after a restart: all that is on the
 * heap is gone. The next one begins when there is something to do, since stores can only be asked
 * for then.
 */
final class Restartable implements Processor<byte[], byte[], OutputKey, byte[]> {
  private final Supplier<DedupProcessor> processors;
  private ProcessorContext<OutputKey, byte[]> context;
  private DedupProcessor current;
  private Punctuator timer;
  private boolean asked;

  Restartable(Supplier<DedupProcessor> processors) {
    this.processors = processors;
  }

  @Override
  @SuppressWarnings("unchecked")
  public void init(ProcessorContext<OutputKey, byte[]> real) {
    context =
        (ProcessorContext<OutputKey, byte[]>)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {ProcessorContext.class},
                (proxy, method, arguments) ->
                    method.getName().equals("schedule")
                        ? schedule(real, method, arguments)
                        : call(real, method, arguments));
    begin();
  }

  /** One timer for all that follow one another. */
  private Object schedule(Object real, Method method, Object[] arguments) throws Throwable {
    boolean first = timer == null;
    timer = (Punctuator) arguments[2];
    if (first) {
      Punctuator newest =
          now -> {
            restartIfAsked();
            timer.punctuate(now);
          };
      call(real, method, new Object[] {arguments[0], PunctuationType.WALL_CLOCK_TIME, newest});
    }
    return null;
  }

  private static Object call(Object real, Method method, Object[] arguments) throws Throwable {
    try {
      return method.invoke(real, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private void begin() {
    current = processors.get();
    current.init(context);
  }

  private void restartIfAsked() {
    if (asked) {
      asked = false;
      current.close();
      begin();
    }
  }

  /** Before whatever comes next. */
  void restart() {
    asked = true;
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    restartIfAsked();
    current.process(record);
  }

  @Override
  public void close() {
    if (current != null) {
      current.close();
    }
  }
}
