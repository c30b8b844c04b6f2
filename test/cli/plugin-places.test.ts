// Where hosts look, on each system.
import { expect, test } from 'vitest';
import { pluginFormats, receiptPath, type System } from '../../engine/cli/plugin-places.js';

const own = (system: System) => pluginFormats(system).map(({ file, folders }) => [file, folders[0]]);

test('Linux', () => {
  const system: System = { platform: 'linux', home: '/home/ann', env: {} };
  expect(own(system)).toEqual([
    ['JamBridge.clap', '/home/ann/.clap'],
    ['JamBridge.vst3', '/home/ann/.vst3'],
  ]);
  expect(pluginFormats(system)[1].folders).toContain('/usr/lib/vst3');
  expect(receiptPath(system)).toBe('/home/ann/.local/share/jambridge/installed.json');
  expect(receiptPath({ ...system, env: { XDG_DATA_HOME: '/data' } })).toBe('/data/jambridge/installed.json');
});

test('macOS: with the AudioUnit', () => {
  const system: System = { platform: 'darwin', home: '/Users/ann', env: {} };
  expect(own(system)).toEqual([
    ['JamBridge.clap', '/Users/ann/Library/Audio/Plug-Ins/CLAP'],
    ['JamBridge.vst3', '/Users/ann/Library/Audio/Plug-Ins/VST3'],
    ['JamBridge.component', '/Users/ann/Library/Audio/Plug-Ins/Components'],
  ]);
  expect(pluginFormats(system)[0].folders[1]).toBe('/Library/Audio/Plug-Ins/CLAP');
});

test('Windows: the folders per user that both formats name', () => {
  const env = {
    LOCALAPPDATA: 'C:\\Users\\ann\\AppData\\Local',
    COMMONPROGRAMFILES: 'C:\\Program Files\\Common Files',
  };
  const system: System = { platform: 'win32', home: 'C:\\Users\\ann', env };
  expect(own(system)).toEqual([
    ['JamBridge.clap', 'C:\\Users\\ann\\AppData\\Local\\Programs\\Common\\CLAP'],
    ['JamBridge.vst3', 'C:\\Users\\ann\\AppData\\Local\\Programs\\Common\\VST3'],
  ]);
  expect(pluginFormats(system)[1].folders[1]).toBe('C:\\Program Files\\Common Files\\VST3');
  expect(own({ ...system, env: {} })).toEqual(own(system));
});
