/** The old page's lines that were wrong, as they stood there. Why is in the texts, under the same ids. */
export const ERRATA = {
  memory: ['Slave (1G RAM|'],
  'three-builds': ['make', 'make test'],
  optional: ['sudo apt-get install libjemalloc-dev  (Optional)'],
  download: ['curl -O http://download.redis.io/redis-stable.tar.gz'],
  network: ['sudo ufw allow from 192.168.33.11'],
  'not-enabled': [
    'sudo ufw allow from 192.168.33.11',
    'sudo ufw allow from 192.168.33.12',
    'sudo ufw allow from 192.168.33.13',
  ],
  folders: ['/home/vagrant/redis-cluster/', 'logfile "/home/vagrant/redis-stable/redis.log"'],
  bind: ['#bind 127.0.0.1', 'protected-mode no'],
  comments: ['protected-mode no #ubah yes menjadi no'],
  slaveof: ['slaveof 192.168.33.10 637'],
  monitor: ['sentinel monitor mymaster 192.168.33.13 6379 2'],
  unit: ['sentinel down-after-milliseconds mymaster 5000s'],
  background: ['src/redis-server redis.conf &', 'src/redis-server sentinel.conf --sentinel &'],
  announce: ['port 6379'],
  grep: ['ps aux | grep redis'],
  photographs: ['![alt](Src/psauxmaster.JPG)'],
  'half-a-test': ['set demokey', 'get demokey'],
  'who-elects': ['slave akan menunjuk salah 1 master untuk menjadi master yang baru'],
  debug: ['redis-cli -p 6379 DEBUG SEGFAULT'],
  after: ['# 4. Failover'],
  source: ['# 5. Referensi'],
} as const;

export type ErratumId = keyof typeof ERRATA;

/** Those that students find and mend: commands and lines of configurations. */
export const TO_MEND: readonly ErratumId[] = [
  'optional',
  'download',
  'network',
  'not-enabled',
  'folders',
  'bind',
  'comments',
  'slaveof',
  'monitor',
  'unit',
  'background',
  'debug',
];
