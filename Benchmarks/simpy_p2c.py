"""Power of two choices over 1000 nodes at load 0.9, as one writes it with SimPy: for tasks per second and core.

    python3 simpy_p2c.py [seconds]
"""
import random
import sys
import time

import simpy

NODES, LOAD = 1000, 0.9


def task(env, node, responses):
    arrived = env.now
    with node.request() as request:
        yield request
        yield env.timeout(random.expovariate(1.0))
    responses.append(env.now - arrived)


def source(env, nodes, responses, until):
    rate = NODES * LOAD
    while time.perf_counter() < until:
        for _ in range(1000):
            yield env.timeout(random.expovariate(rate))
            one, other = random.sample(nodes, 2)
            load_one = one.count + len(one.queue)
            load_other = other.count + len(other.queue)
            env.process(task(env, other if load_other < load_one else one, responses))


random.seed(1)
seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 20
env = simpy.Environment()
nodes = [simpy.Resource(env, capacity=1) for _ in range(NODES)]
responses = []
begin = time.perf_counter()
env.process(source(env, nodes, responses, begin + seconds))
env.run()
elapsed = time.perf_counter() - begin
tail = responses[len(responses) // 10:]
print(f"SimPy {simpy.__version__}: {len(responses)} tasks in {elapsed:.1f} s = {len(responses) / elapsed:.0f} tasks/s, "
      f"mean response {sum(tail) / len(tail):.3f}")
