import ArgumentParser
import Subprocess
import ServiceLifecycle
import Logging
print("x")
