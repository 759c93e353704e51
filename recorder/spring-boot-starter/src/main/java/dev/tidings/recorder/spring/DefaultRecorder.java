package dev.tidings.recorder.spring;

import dev.tidings.recorder.EventRecorder;
import dev.tidings.recorder.Tidings;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.InitializingBean;

/** Makes a recorder the process's for as long as the application lives. */
record DefaultRecorder(EventRecorder recorder) implements InitializingBean, DisposableBean {
  @Override
  public void afterPropertiesSet() {
    Tidings.install(recorder);
  }

  @Override
  public void destroy() {
    Tidings.uninstall(recorder);
  }
}
