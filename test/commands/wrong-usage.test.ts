import { expect } from 'chai';
import { withApi } from '../support/api-double.js';
import { spscmd } from '../support/spscmd.js';

const notAPath = (text: string): string =>
  `${JSON.stringify(text)} is not a path; give host:channel:target:lun (fields may be empty, not all), a device node as sdc, or major:minor`;
const notABalance =
  'is not a balancing mode; give one of 0 (none), 1 (round robin), 2 (queue length), 3 (service time), 4 (historical service time)';
const notAWatcher = 'is not f1:f2:f3:f4; give at least one field and three colons, as 3:60:60:120 or :90::';

/** Wrong command lines, each with the one line that must answer it. */
const rows: readonly (readonly [words: readonly string[], message: string])[] = [
  // the form of the command line
  [['getlnu'], 'There is no command "getlnu"; did you mean "getlun"? See "spscmd --help"'],
  [['-GETLUN'], 'There is no command "-GETLUN"; did you mean "getlun"? See "spscmd --help"'],
  [['multipath'], 'There is no command "multipath"; see "spscmd --help"'],
  [['../../evil'], 'There is no command "../../evil"; see "spscmd --help"'],
  [['--run-dir'], 'Option "--run-dir" stands before the command; write "spscmd COMMAND --run-dir"'],
  [['help', 'getlum'], 'There is no command "getlum"; did you mean "getlun"? See "spscmd --help"'],
  [['avail'], 'Missing PATH; see "spscmd avail --help"'],
  [['swap', 'sda'], 'Missing PATH2; see "spscmd swap --help"'],
  [['priority'], 'Missing PATH and PRIORITY; see "spscmd priority --help"'],
  [['failbackall', 'sda'], 'Too many arguments: "sda"; see "spscmd failbackall --help"'],
  [['notavail', 'sda', '--forse'], 'There is no option "--forse"; see "spscmd notavail --help"'],
  [['getlun', '-s9'], 'Expected --sort=9 to be one of: 0, 1, 2; see "spscmd getlun --help"'],
  [['getlun', '-s0', '-s1'], 'Option --sort can only be specified once; see "spscmd getlun --help"'],
  // paths
  [['avail', 'nonsense'], notAPath('nonsense')],
  [['-notavail', ':::'], notAPath(':::')],
  [['path', '4:0:0'], notAPath('4:0:0')],
  [['failback', '4:0:0:0:0'], notAPath('4:0:0:0:0')],
  [['swap', '4:0:0:0', '4:0:x:0'], notAPath('4:0:x:0')],
  [['priority', '-1:0:0:0', '1'], notAPath('-1:0:0:0')],
  [['lbmode', '', '1'], notAPath('')],
  [['avail', '\u001b[31msdc\n'], notAPath('\u001b[31msdc\n')],
  // priorities
  [['priority', '4:0:0:0', '0'], 'Priority "0" is not an integer from 1 to 254'],
  [['priority', '4:0:0:0', '255'], 'Priority "255" is not an integer from 1 to 254'],
  [['priority', '4:0:0:0', '-1'], 'Priority "-1" is not an integer from 1 to 254'],
  [['priority', '4:0:0:0', '1.5'], 'Priority "1.5" is not an integer from 1 to 254'],
  [['priority', '4:0:0:0', 'high'], 'Priority "high" is not an integer from 1 to 254'],
  [['priority', '4:0:0:0', '0x10'], 'Priority "0x10" is not an integer from 1 to 254'],
  // modes
  [['lbmode', '4:0:0:0', '5'], `"5" ${notABalance}`],
  [['lbmode', '4:0:0:0', 'round-robin'], `"round-robin" ${notABalance}`],
  [['setfbmode', 'Passive'], '"Passive" is not a failback mode; give Active or Standby'],
  [['setmscsmode', 'on'], '"on" is not a cluster mode; give Enable or Disable'],
  // the watcher's fields
  [['setwatcher', '3:60:60'], `"3:60:60" ${notAWatcher}`],
  [['setwatcher', ':::'], `":::" ${notAWatcher}`],
  [
    ['setwatcher', '4:::'],
    'Watcher field checks (f1: 0 none, 1 health, 2 recovery, 3 both): "4" is not an integer from 0 to 3',
  ],
  [['setwatcher', ':0::'], 'Watcher field request interval (f2, seconds): "0" is not an integer from 1 to 3600'],
  [['setwatcher', '::3601:'], 'Watcher field threshold (f3, seconds): "3601" is not an integer from 0 to 3600'],
  [['setwatcher', ':::601'], 'Watcher field time-out (f4, seconds): "601" is not an integer from 1 to 600'],
  [['setwatcher', ':1e3::'], 'Watcher field request interval (f2, seconds): "1e3" is not an integer from 1 to 3600'],
];

describe('spscmd wrong usage', () => {
  for (const [words, message] of rows) {
    it(`answers ${JSON.stringify(words.join(' '))} with one line, exit status 2, and asks for nothing`, async () => {
      await withApi({}, async ({ runDir, changes }) => {
        const runDirWords = words[0]?.startsWith('--') === true ? [] : ['--run-dir', runDir];
        const outcome = await spscmd([...words, ...runDirWords]);
        expect(outcome).to.deep.equal({ status: 2, stdout: '', stderr: `spscmd: ${message}\n` });
        expect(changes).to.deep.equal([]);
      });
    });
  }

  it('needs no controller to see that a value is wrong', async () => {
    const { status, stderr } = await spscmd(['priority', '4:0:0:0', '300', '--run-dir', '/nonexistent']);
    expect({ status, stderr }).to.deep.equal({
      status: 2,
      stderr: 'spscmd: Priority "300" is not an integer from 1 to 254\n',
    });
  });

  it('takes no argument from standard input', async () => {
    await withApi({}, async ({ runDir, changes }) => {
      const outcome = await spscmd(['avail', '--run-dir', runDir], { input: 'sdc\n' });
      expect(outcome).to.deep.equal({
        status: 2,
        stdout: '',
        stderr: 'spscmd: Missing PATH; see "spscmd avail --help"\n',
      });
      expect(changes).to.deep.equal([]);
    });
  });

  it('answers in JSON where JSON is asked for, whatever is wrong', async () => {
    for (const [words, code, message] of [
      [['getlnu'], 'BAD_REQUEST', 'There is no command "getlnu"; did you mean "getlun"? See "spscmd --help"'],
      [['avail'], 'BAD_REQUEST', 'Missing PATH; see "spscmd avail --help"'],
      [['setfbmode', 'x'], 'BAD_MODE', '"x" is not a failback mode; give Active or Standby'],
    ] as const) {
      const { status, stdout, stderr } = await spscmd([...words, '--json']);
      expect({ status, stderr }).to.deep.equal({ status: 2, stderr: '' });
      expect(JSON.parse(stdout)).to.deep.equal({ error: { code, message } });
    }
  });
});
